import type { Resource } from '../../account/rest';
import { isVersionOf } from '../../functions/plugin-file';
import { FLEX_CONFIGURATION } from '../../parts/flex-configuration';
import { type Finding, right, unknown, wrong } from '../finding';
import { isUnread, type Snapshot } from '../snapshot';

const FEATURE = 'callback_and_voicemail_with_email';
/** Every agent's browser reads the configuration. */
const SECRET_KEYS = ['mailgun_api_key', 'sendgrid_api_key', 'api_key', 'auth_token'];

/** What agents and supervisors get in Flex. */
export function checkFlex(snapshot: Snapshot): Finding[] {
  const { flexConfiguration: configuration } = snapshot;
  if (isUnread(configuration))
    return [unknown('flex', `Flex’s configuration cannot be read: ${configuration.reason}`, 'Run it again.')];
  return [
    ...checkVersion(configuration),
    ...checkOutbound(configuration),
    ...checkCustomData(configuration, snapshot),
    ...checkPlugin(snapshot),
  ];
}

function checkVersion({ ui_version: version }: Resource): Finding[] {
  const isTwo = /^[~^]?2\b|^latest$/.test(String(version ?? ''));
  return [
    isTwo
      ? right('flex-version', 'Flex UI is version 2')
      : wrong(
          'flex-version',
          `Flex UI is version ${version ?? 'unknown'}; the plugin is for 2`,
          'Update it: Console, Flex, Flex UI versioning.',
        ),
  ];
}

function checkOutbound({ outbound_call_flows: flows }: Resource): Finding[] {
  const enabled = Object.values((flows ?? {}) as Record<string, Resource>).filter(({ enabled: on }) => on === true);
  if (enabled.length === 0)
    return [
      wrong(
        'outbound',
        'Outbound calls are off in Flex: agents cannot call back',
        'Run npm run setup -- --outbound-calls yes, or switch the dialpad on: Console, Flex, Voice.',
      ),
    ];
  const findings = [right('outbound', 'Agents may call out')];
  if (!enabled.some(({ caller_id: number }) => Boolean(number)))
    findings.push(
      wrong(
        'outbound-number',
        'Outbound calls have no caller id of their own: calls that are no callbacks fail',
        'Choose one: Console, Flex, Voice, dialpad.',
      ),
    );
  return findings;
}

function checkCustomData(configuration: Resource, { functions }: Snapshot): Finding[] {
  const data: Resource = configuration.ui_attributes?.custom_data ?? {};
  const feature: Resource = data.features?.[FEATURE] ?? {};
  const findings: Finding[] = [];
  const secrets = SECRET_KEYS.filter((key) => key in data || key in feature);
  findings.push(
    secrets.length === 0
      ? right('flex-secrets', 'Flex’s configuration holds no key of a mail provider')
      : wrong(
          'flex-secrets',
          `Every agent can read in Flex’s configuration: ${secrets.join(', ')}`,
          'Run npm run doctor -- --fix, and replace the key at the provider: it must count as known.',
          { text: `takes ${secrets.join(', ')} out of it`, apply: (rest) => removeKeys(rest, secrets) },
        ),
  );
  const unread = ['admin_email', 'mailgun_domain'].filter((key) => key in data || key in feature);
  if (unread.length > 0)
    findings.push(
      wrong(
        'flex-unread',
        `Not read from Flex’s configuration: ${unread.join(', ')}`,
        'They are variables of the Functions: docs/configuration.md.',
      ),
    );
  const domain: unknown = feature.functions_domain ?? data.serverless_functions_domain;
  const wanted = !isUnread(functions) ? functions?.domain : undefined;
  const plain = typeof domain === 'string' ? domain.replace(/^https:\/\//, '').replace(/\/$/, '') : undefined;
  if (wanted !== undefined)
    findings.push(
      plain === wanted
        ? right('flex-domain', 'The plugin asks these Functions')
        : wrong('flex-domain', `The plugin asks ${plain ?? 'no Functions'} instead of these`, 'Run npm run setup.'),
    );
  if (feature.enabled === false)
    findings.push(
      wrong(
        'flex-enabled',
        'The feature is switched off in Flex’s configuration',
        'Set features.callback_and_voicemail_with_email.enabled to true.',
      ),
    );
  if (data.features?.callback_and_voicemail?.enabled === true)
    findings.push(
      wrong(
        'flex-plain-feature',
        'The template’s callback_and_voicemail is on beside this one',
        'Switch it off: docs/plugin.md, “Running with other plugins”.',
      ),
    );
  return findings;
}

async function removeKeys(
  rest: {
    accountSid: string;
    get(url: string): Promise<Resource>;
    postJson(url: string, body: object): Promise<unknown>;
  },
  keys: readonly string[],
): Promise<void> {
  const { ui_attributes: attributes = {} } = await rest.get(FLEX_CONFIGURATION);
  const data: Resource = { ...attributes.custom_data };
  const feature: Resource = { ...data.features?.[FEATURE] };
  for (const key of keys) {
    delete data[key];
    delete feature[key];
  }
  const features = data.features === undefined ? {} : { features: { ...data.features, [FEATURE]: feature } };
  await rest.postJson(FLEX_CONFIGURATION, {
    account_sid: rest.accountSid,
    ui_attributes: { ...attributes, custom_data: { ...data, ...features } },
  });
}

function checkPlugin({ releasedPlugins, local }: Snapshot): Finding[] {
  if (isUnread(releasedPlugins)) return [unknown('plugin', 'Plugins cannot be read', 'Run it again.')];
  const ours = releasedPlugins.find(({ unique_name: name }) => name === local.pluginName);
  if (ours === undefined) return [wrong('plugin', 'The plugin is not released: it is off', 'Run npm run deploy.')];
  return [
    right('plugin', 'The plugin is released'),
    isVersionOf(ours.version, local.pluginVersion)
      ? right('plugin-version', 'It is the version of this folder')
      : wrong(
          'plugin-version',
          `Version ${ours.version} is released; this folder has ${local.pluginVersion}`,
          'Run npm run deploy.',
        ),
  ];
}
