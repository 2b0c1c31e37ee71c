import { isRecord } from '@callback-and-voicemail/contract/schema';
/** The product's settings in Flex's configuration. Malformed values are reported and replaced by defaults. */
export interface PluginConfig {
  enabled: boolean;
  /** For display only; the Functions decide (ADR 0010). */
  allowRequeue: boolean;
  /** For display only; the Functions decide (ADR 0010). */
  maxAttempts: number;
  /** Selects the callback or voicemail again after its call. */
  autoSelectTask: boolean;
  /** Hides everything about email. Whether email is sent is decided by the panel's settings (ADR 0010). */
  enableEmailNotifications: boolean;
  /** `https://…` without a trailing slash, from the hosted configuration only; undefined: no requests can be sent. */
  functionsUrl: string | undefined;
  /** The configuration contains a secret, which every agent can read. */
  hasMailgunKey: boolean;
  /** Values of the plain feature that are there and not used, each with the Functions' variable that it belongs in. */
  misplacedSettings: readonly MisplacedSetting[];
  /** flex-project-template's own callback feature is on as well. */
  isPlainFeatureOn: boolean;
}

export interface MisplacedSetting {
  name: string;
  variable: string;
}

/** What flex-project-template's feature with mail keeps in Flex, where every agent can read it. */
const MISPLACED: readonly MisplacedSetting[] = [
  { name: 'admin_email', variable: 'ADMIN_EMAIL' },
  { name: 'mailgun_domain', variable: 'MAILGUN_DOMAIN' },
  { name: 'mailgun_api_key', variable: 'MAILGUN_API_KEY' },
];
const PLAIN_FEATURE_KEY = 'callback_and_voicemail';

export const FEATURE_KEY = 'callback_and_voicemail_with_email';
const DEFAULTS = {
  enabled: true,
  allow_requeue: true,
  max_attempts: 3,
  auto_select_task: true,
  enable_email_notifications: true,
};
const KNOWN_SETTINGS: ReadonlySet<string> = new Set([
  ...Object.keys(DEFAULTS),
  'functions_domain',
  ...MISPLACED.map(({ name }) => name),
]);
const MAX_ATTEMPTS = 100;

const getProperty = (value: unknown, key: string): unknown => (isRecord(value) ? value[key] : undefined);
const getFeatureConfig = (customData: unknown, feature = FEATURE_KEY) =>
  getProperty(getProperty(customData, 'features'), feature);

/** Flex's configuration, in ascending precedence (as in flex-project-template). */
export interface ConfigSources {
  /** `manager.serviceConfiguration.ui_attributes.custom_data` */
  hosted?: unknown;
  /** `manager.configuration.custom_data`: the hosted configuration, overlaid by the page's. */
  local?: unknown;
  /** The worker's attribute `config_overrides`. */
  overrides?: unknown;
}

/**
 * Reads and checks the configuration.
 * @param sources not trusted: any value may be of any type
 * @param warn called with one line for each value that cannot be used
 */
export function readConfig({ hosted, local, overrides }: ConfigSources, warn: (line: string) => void): PluginConfig {
  const layers = [getFeatureConfig(hosted), getFeatureConfig(local), getFeatureConfig(overrides)];
  const merged: Record<string, unknown> = {};
  for (const layer of layers) {
    if (isRecord(layer)) Object.assign(merged, layer);
    else if (layer !== undefined) logWarning(warn, `features.${FEATURE_KEY} is no object and is ignored`);
  }
  const flag = (name: 'enabled' | 'allow_requeue' | 'auto_select_task' | 'enable_email_notifications') => {
    const value = merged[name];
    if (typeof value === 'boolean') return value;
    if (value !== undefined)
      logWarning(warn, `${name} is ${describeValue(value)} and should be true or false; ${DEFAULTS[name]} is used`);
    return DEFAULTS[name];
  };
  const attempts = merged.max_attempts;
  const isCount =
    typeof attempts === 'number' && Number.isInteger(attempts) && attempts >= 1 && attempts <= MAX_ATTEMPTS;
  if (attempts !== undefined && !isCount)
    logWarning(
      warn,
      `max_attempts is ${describeValue(attempts)} and should be a whole number from 1 to ${MAX_ATTEMPTS}; ${DEFAULTS.max_attempts} is used`,
    );
  // In any layer: an overlaid value is still readable by agents.
  const plainLayers = [hosted, local, overrides].map((source) => getFeatureConfig(source, PLAIN_FEATURE_KEY));
  const isPresent = (name: string) =>
    [...layers, ...plainLayers].some((layer) => !['', undefined, null].includes(getProperty(layer, name) as null));
  const misplacedSettings = MISPLACED.filter(({ name }) => isPresent(name));
  const hasMailgunKey = isPresent('mailgun_api_key');
  for (const { name, variable } of misplacedSettings)
    if (name !== 'mailgun_api_key')
      logWarning(warn, `${name} is not used here: it belongs in the variable ${variable} of the Functions`);
  for (const name of new Set(layers.flatMap((layer) => (isRecord(layer) ? Object.keys(layer) : []))))
    if (!KNOWN_SETTINGS.has(name)) logWarning(warn, `${name} is no setting of this feature and is not used`);
  if (hasMailgunKey)
    logWarning(
      warn,
      'mailgun_api_key does not belong here: every agent can read it. Remove it, revoke it at Mailgun, and give a new one to the Functions only, as MAILGUN_API_KEY',
    );
  const enabled = flag('enabled');
  const isPlainFeatureOn =
    plainLayers.reduce<unknown>((value, layer) => getProperty(layer, 'enabled') ?? value, undefined) === true;
  if (enabled && isPlainFeatureOn)
    logWarning(
      warn,
      `flex-project-template's own ${PLAIN_FEATURE_KEY} is on as well: set features.${PLAIN_FEATURE_KEY}.enabled to false, so that no other card takes the place of this one`,
    );
  return {
    enabled,
    allowRequeue: flag('allow_requeue'),
    maxAttempts: isCount ? (attempts as number) : DEFAULTS.max_attempts,
    autoSelectTask: flag('auto_select_task'),
    enableEmailNotifications: flag('enable_email_notifications'),
    functionsUrl: functionsUrl({ hosted, local, overrides }, enabled, warn),
    hasMailgunKey,
    misplacedSettings,
    isPlainFeatureOn: enabled && isPlainFeatureOn,
  };
}

/** Where a source says that the Functions are; the feature's own setting comes first. */
const getFunctionsDomains = (customData: unknown) =>
  [
    getProperty(getFeatureConfig(customData), 'functions_domain'),
    getProperty(customData, 'serverless_functions_domain'),
  ].filter((domain) => domain !== undefined && domain !== '');

/**
 * The user's token is sent there, so only an administrator's configuration names it: supervisors can write the
 * attributes of other workers, and scripts of the page its configuration (ADR 0110).
 */
function functionsUrl(
  { hosted, local, overrides }: ConfigSources,
  enabled: boolean,
  warn: (line: string) => void,
): string | undefined {
  const domains = getFunctionsDomains(hosted);
  if ([local, overrides].flatMap(getFunctionsDomains).some((domain) => !domains.includes(domain)))
    logWarning(warn, "functions_domain counts only in Flex's hosted configuration; another value of it is ignored");
  for (const domain of domains) {
    const url = typeof domain === 'string' ? parseFunctionsUrl(domain) : undefined;
    if (url !== undefined) return url;
    logWarning(
      warn,
      `functions_domain is ${describeValue(domain)} and should be like my-service-1234.twil.io; it is ignored`,
    );
  }
  if (enabled)
    logWarning(warn, 'neither functions_domain nor serverless_functions_domain is set; nothing can be played');
  return undefined;
}

/** RFC 1123, section 2.1: letters, digits and hyphens, which no label begins or ends with. */
function isHost(text: string): boolean {
  const [name = '', port, ...others] = text.split(':');
  const labels = name.split('.');
  const isLabel = (label: string) => /^[a-z0-9-]{1,63}$/i.test(label) && !label.startsWith('-') && !label.endsWith('-');
  const isPort = port === undefined || /^\d{1,5}$/.test(port);
  return name.length <= 253 && labels.length > 1 && labels.every(isLabel) && isPort && others.length === 0;
}
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1)(:\d{1,5})?$/;

/** A host name, with or without `https://`. `http://` is accepted for localhost only, where the sandbox runs. */
function parseFunctionsUrl(text: string): string | undefined {
  let withoutSlash = text.trim();
  while (withoutSlash.endsWith('/')) withoutSlash = withoutSlash.slice(0, -1);
  if (LOOPBACK.test(withoutSlash)) return withoutSlash;
  const host = withoutSlash.replace(/^https:\/\//i, '');
  return isHost(host) ? `https://${host.toLowerCase()}` : undefined;
}

const logWarning = (warn: (line: string) => void, line: string) => warn(`[${FEATURE_KEY}] ${line}`);

function describeValue(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 80);
  } catch {
    return typeof value;
  }
}
