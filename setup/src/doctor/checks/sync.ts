import { type Finding, right, unknown, wrong } from '../finding';
import { isUnread, type Snapshot } from '../snapshot';

/** Where settings, entries and the history are kept. */
export function checkSync({ syncService, functions, flexConfiguration }: Snapshot): Finding[] {
  const sid = !isUnread(functions) ? functions?.variables.VOICEMAIL_SYNC_SERVICE_SID : undefined;
  if (isUnread(syncService))
    return [unknown('sync', `The Sync service cannot be read: ${syncService.reason}`, 'Run it again.')];
  if (syncService === undefined)
    return [wrong('sync', 'The Sync service of the Functions is not in the account', 'Run npm run setup.')];
  const findings = [right('sync', 'The Sync service is there')];
  const isFlexOwn = !isUnread(flexConfiguration) && flexConfiguration.flex_service_instance_sid === sid;
  if (isFlexOwn || syncService.unique_name === 'default' || /^default service$/i.test(syncService.friendly_name ?? ''))
    findings.push(
      wrong(
        'sync-shared',
        'The Sync service is the account’s default one, which every agent’s token reads',
        'Run npm run setup, which makes one for this product alone.',
      ),
    );
  findings.push(
    syncService.acl_enabled === true
      ? right('sync-acl', 'Its access control is on')
      : wrong(
          'sync-acl',
          'The access control of the Sync service is off: whoever has a Sync token can read and write settings',
          'Run npm run doctor -- --fix, or npm run setup.',
          {
            text: 'switches access control on',
            apply: async (rest) => {
              await rest.post(`https://sync.twilio.com/v1/Services/${syncService.sid}`, { AclEnabled: true });
            },
          },
        ),
  );
  return findings;
}
