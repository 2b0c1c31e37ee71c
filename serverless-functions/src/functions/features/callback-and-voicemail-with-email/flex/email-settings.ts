import { saveSettings } from '../../../../email-admin/save-settings';
import { settingsAnswer } from '../../../../email-admin/settings-answer';
import { tellAdmin } from '../../../../email-admin/tell-admin';
import { flexFunction, SUPERVISORS } from '../../../../http/flex-function';
import { BadRequest } from '../../../../runtime/errors';

/** For supervisors: who gets voicemails by mail and how; `Action=save` changes it. */
export const handler = flexFunction(
  'flex/email-settings',
  async (invocation, user, event) => {
    const { Action: action = 'read' } = event;
    if (action !== 'read' && action !== 'save')
      throw new BadRequest('invalid', 'Action is neither read nor save', 'Send one of them.');
    return {
      json: await (action === 'save' ? saveSettings(invocation, user, event, tellAdmin) : settingsAnswer(invocation)),
    };
  },
  { roles: SUPERVISORS },
);
