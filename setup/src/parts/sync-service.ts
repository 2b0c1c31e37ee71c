import { compare } from '../plan';
import { nothingThere, type Part, type PartContext } from './part';

const SERVICES = 'https://sync.twilio.com/v1/Services';

/**
 * A Sync service for this product alone, with ACL on: the token that Flex gives to agents reads the account's default
 * service, and any other without ACL.
 */
export const syncService: Part = {
  id: 'sync-service',
  title: 'Sync service',
  async inspect(context) {
    const { definitions, known } = context;
    const { friendlyName, ...flags } = definitions.syncService;
    const found = await findService(context);
    known['sync-service'] = found?.sid;
    return compare(
      {
        friendly_name: friendlyName,
        acl_enabled: flags.aclEnabled,
        reachability_webhooks_enabled: flags.reachabilityWebhooksEnabled,
        reachability_debouncing_enabled: flags.reachabilityDebouncingEnabled,
        webhooks_from_rest_enabled: flags.webhooksFromRestEnabled,
      },
      found && { sid: found.sid, values: found },
    );
  },
  async carryOut({ rest, definitions: { syncService: wanted }, known }, { sid }) {
    const made = await rest.post(sid === undefined ? SERVICES : `${SERVICES}/${sid}`, {
      FriendlyName: wanted.friendlyName,
      AclEnabled: wanted.aclEnabled,
      ReachabilityWebhooksEnabled: wanted.reachabilityWebhooksEnabled,
      ReachabilityDebouncingEnabled: wanted.reachabilityDebouncingEnabled,
      WebhooksFromRestEnabled: wanted.webhooksFromRestEnabled,
    });
    known['sync-service'] = made.sid;
  },
  async inspectUndo(context, _before, isOurs) {
    const found = await findService(context);
    if (found === undefined) return nothingThere();
    context.known['sync-service'] = found.sid;
    if (!isOurs) return { action: 'keep', sid: found.sid, values: [], note: 'was there before' };
    return { action: 'delete', sid: found.sid, values: [], note: 'with all settings and the history' };
  },
  async undo({ rest }, { sid }) {
    await rest.delete(`${SERVICES}/${sid}`);
  },
};

/** By its name: the oldest, if several have it. */
async function findService({ rest, definitions }: PartContext) {
  const services = await rest.list(SERVICES, 'services');
  return services
    .filter(({ friendly_name: name }) => name === definitions.syncService.friendlyName)
    .sort((a, b) => Date.parse(a.date_created) - Date.parse(b.date_created))[0];
}
