import { decideOnRecipient } from '../../../../email-admin/decide-recipient';
import { saveSettings } from '../../../../email-admin/save-settings';
import { buildSettingsResponse, startReadingSettings } from '../../../../email-admin/settings-response';
import { flexFunction } from '../../../../http/flex-function';
import { FlexBadRequest } from '../../../../runtime/errors';
import { SUPERVISORS } from '../../../../twilio/worker-presence';

/** For supervisors: who gets voicemails by mail and how; `Action` says what is done to it. */
export const handler = flexFunction(
  'flex/email-settings',
  async (invocation, user, event, reading) => {
    switch (event.Action ?? 'read') {
      case 'read':
        return { json: await buildSettingsResponse(invocation, user, reading) };
      case 'save':
        return { json: await saveSettings(invocation, user, event, reading) };
      case 'confirm':
        return { json: await decideOnRecipient(invocation, user, 'confirm', event, reading) };
      case 'reject':
        return { json: await decideOnRecipient(invocation, user, 'reject', event, reading) };
      default:
        throw new FlexBadRequest('invalid', 'There is no such Action', 'Send read, save, confirm or reject.');
    }
  },
  { roles: SUPERVISORS, read: startReadingSettings },
);
