import { FEATURE_KEY, readConfig } from './config';

const read = (values: unknown, more: object = {}, domain: unknown = 'my-service-1234.twil.io') => {
  const warn = jest.fn();
  const hosted = { features: { [FEATURE_KEY]: values }, serverless_functions_domain: domain };
  return { config: readConfig({ hosted, ...more }, warn), lines: warn.mock.calls.flat() as string[] };
};

test('with only a domain configured, uses safe defaults without warnings', () => {
  expect(read(undefined)).toEqual({
    config: {
      enabled: true,
      allowRequeue: true,
      maxAttempts: 3,
      autoSelectTask: true,
      enableEmailNotifications: true,
      functionsUrl: 'https://my-service-1234.twil.io',
      hasMailgunKey: false,
      misplacedSettings: [],
      isPlainFeatureOn: false,
    },
    lines: [],
  });
});

test('uses the configured values', () => {
  const { config, lines } = read({
    enabled: false,
    allow_requeue: false,
    max_attempts: 7,
    auto_select_task: false,
    enable_email_notifications: false,
    functions_domain: 'other.twil.io',
  });
  expect(config).toMatchObject({ enabled: false, allowRequeue: false, maxAttempts: 7, autoSelectTask: false });
  expect(config).toMatchObject({ enableEmailNotifications: false, functionsUrl: 'https://other.twil.io' });
  expect(lines).toEqual([]);
});

test.each([
  ['enabled', 'yes', { enabled: true }],
  ['allow_requeue', 1, { allowRequeue: true }],
  ['auto_select_task', null, { autoSelectTask: true }],
  ['enable_email_notifications', {}, { enableEmailNotifications: true }],
  ['max_attempts', 0, { maxAttempts: 3 }],
  ['max_attempts', '5', { maxAttempts: 3 }],
  ['max_attempts', 1.5, { maxAttempts: 3 }],
  ['max_attempts', 1e9, { maxAttempts: 3 }],
  ['functions_domain', 'javascript:alert(1)', { functionsUrl: 'https://my-service-1234.twil.io' }],
  ['functions_domain', 'a.b/../c', { functionsUrl: 'https://my-service-1234.twil.io' }],
  ['functions_domain', 'http://evil.example.com', { functionsUrl: 'https://my-service-1234.twil.io' }],
  ['functions_domain', 'user@host.example.com', { functionsUrl: 'https://my-service-1234.twil.io' }],
  ['functions_domain', 5, { functionsUrl: 'https://my-service-1234.twil.io' }],
])('for %s %p, warns once and uses the default', (name, value, expected) => {
  const { config, lines } = read({ [name]: value });
  expect(config).toMatchObject(expected);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(name);
});

test.each([
  ['https://a.twil.io/', 'https://a.twil.io'],
  ['A.Twil.io', 'https://a.twil.io'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000'],
  ['https://a.example.com:8443', 'https://a.example.com:8443'],
])('accepts the domain %s', (domain, url) => expect(read(undefined, {}, domain).config.functionsUrl).toBe(url));

test('warns once about a missing domain, and not when the plugin is off', () => {
  expect(read(undefined, {}, '')).toMatchObject({
    config: { functionsUrl: undefined },
    lines: [expect.stringContaining('serverless_functions_domain')],
  });
  expect(read({ enabled: false }, {}, '').lines).toEqual([]);
});

test('prefers worker over page configuration, and page over hosted', () => {
  const layer = (max_attempts: number) => ({ features: { [FEATURE_KEY]: { max_attempts } } });
  expect(read({ max_attempts: 4 }, { local: layer(5) }).config.maxAttempts).toBe(5);
  expect(read({ max_attempts: 4 }, { local: layer(5), overrides: layer(6) }).config.maxAttempts).toBe(6);
  expect(read({ max_attempts: 4 }, { local: undefined }).config.maxAttempts).toBe(4);
});

test.each([
  ['the page, for the feature', 'local', { features: { [FEATURE_KEY]: { functions_domain: 'evil.example.com' } } }],
  ['the page', 'local', { serverless_functions_domain: 'evil.example.com' }],
  ['a worker, for the feature', 'overrides', { features: { [FEATURE_KEY]: { functions_domain: 'evil.example.com' } } }],
  ['a worker', 'overrides', { serverless_functions_domain: 'evil.example.com' }],
  ['a worker, on this machine', 'overrides', { serverless_functions_domain: 'http://localhost:3000' }],
])('ignores a domain from the configuration of %s', (_whose, source, customData) => {
  const { config, lines } = read(undefined, { [source]: customData });
  expect(config.functionsUrl).toBe('https://my-service-1234.twil.io');
  expect(lines).toEqual([expect.stringContaining('hosted configuration')]);
  expect(read(undefined, { [source]: customData }, '').config.functionsUrl).toBeUndefined();
});

test.each([null, 'x', 7, []])('when the feature is %p, warns and ignores it', (value) => {
  expect(read(value)).toMatchObject({ config: { enabled: true }, lines: [expect.stringContaining(FEATURE_KEY)] });
});

test('reports a Mailgun key without repeating it', () => {
  const hidden = readConfig(
    {
      hosted: { features: { callback_and_voicemail_with_email: { mailgun_api_key: 'key-0123456789' } } },
      overrides: { features: { callback_and_voicemail_with_email: { mailgun_api_key: '' } } },
    },
    () => undefined,
  );
  expect(hidden.hasMailgunKey).toBe(true);
  const { config, lines } = read({ mailgun_api_key: 'key-0123456789' });
  expect(config.hasMailgunKey).toBe(true);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('0123456789');
  expect(JSON.stringify(config)).not.toContain('0123456789');
});

test('names what the plain feature keeps in Flex and this one does not use, and where it belongs', () => {
  const lines: string[] = [];
  const plain = { admin_email: 'ana@example.com', mailgun_domain: 'mg.example.com', mailgun_api_key: 'key-0123456789' };
  const config = readConfig(
    {
      hosted: {
        serverless_functions_domain: 'my-service-1234.twil.io',
        features: {
          callback_and_voicemail: { enabled: false, ...plain },
          callback_and_voicemail_with_email: { color: 1 },
        },
      },
    },
    (line) => lines.push(line),
  );
  expect(config.misplacedSettings).toEqual([
    { name: 'admin_email', variable: 'ADMIN_EMAIL' },
    { name: 'mailgun_domain', variable: 'MAILGUN_DOMAIN' },
    { name: 'mailgun_api_key', variable: 'MAILGUN_API_KEY' },
  ]);
  for (const { name, variable } of config.misplacedSettings)
    expect(lines.some((line) => line.includes(`] ${name} `) && line.includes(variable))).toBe(true);
  expect(lines.some((line) => line.includes('] color is no setting'))).toBe(true);
  expect(lines).toHaveLength(4);
  expect(lines.join(' ')).not.toMatch(/ana@|mg\.example|0123456789/);
});

test.each([
  [{ enabled: true }, true],
  [{ enabled: false }, false],
  [undefined, false],
])('with the plain feature %j beside it, says in one line what to do: %s', (plain, isOn) => {
  const lines: string[] = [];
  const hosted = { serverless_functions_domain: 'x.twil.io', features: { callback_and_voicemail: plain } };
  expect(readConfig({ hosted }, (line) => lines.push(line)).isPlainFeatureOn).toBe(isOn);
  expect(lines.filter((line) => line.includes('features.callback_and_voicemail.enabled to false'))).toHaveLength(
    isOn ? 1 : 0,
  );
});
