import { saveSettings } from '../../../../email-admin/save-settings';
import { buildSettingsResponse, startReadingSettings } from '../../../../email-admin/settings-response';
import { flexFunction } from '../../../../http/flex-function';
import { FlexBadRequest } from '../../../../runtime/errors';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: who gets voicemails by mail and how; `Action=save` changes it. */
export const handler = flexFunction(
  'flex/email-settings',
  async (invocation, user, event, reading) => {
    const { Action: action = 'read' } = event;
    if (action !== 'read' && action !== 'save')
      throw new FlexBadRequest('invalid', 'Action is neither read nor save', 'Send one of them.');
    return {
      json: await (action === 'save'
        ? saveSettings(invocation, user, event, reading)
        : buildSettingsResponse(invocation, reading)),
    };
  },
  { roles: SUPERVISORS, read: startReadingSettings },
);
