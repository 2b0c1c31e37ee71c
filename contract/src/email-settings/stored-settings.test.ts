import {
  defaultSettings,
  emptyRules,
  migrate,
  parseStoredRules,
  parseStoredSettings,
  salvageRules,
  salvageSettings,
} from './stored-settings';

test('a document of the first version has none of the newer fields, and reads as it always did', () => {
  const old = {
    version: 1,
    enabled: true,
    recipients: [{ address: 'ana@example.com', name: 'Ana Ruiz' }],
    recording_format: 'mp3',
    include_transcript: false,
    send_when: 'transcribed',
    missed_voicemail: 'cancel',
  };
  expect(parseStoredSettings(old)).toEqual({
    ok: true,
    value: {
      ...old,
      email_content: 'full',
      unconfirmed_emails: 'send-again',
      closing_email: false,
      inbox_take: true,
      inbox_remind: true,
      inbox_call: false,
      require_tls: true,
      language: 'en-US',
      show_callers: false,
      attention_after_minutes: 60,
      allow_requeue: true,
      max_attempts: 3,
      retention: { entries: 30, history: 30, audit: 365 },
    },
  });
});

test('unknown fields are kept, at every depth', () => {
  const stored = parseStoredSettings({
    version: 1,
    enabled: true,
    recipients: [{ address: 'ana@example.com', pager: 7 }],
    colour: { of: 'mail' },
  });
  expect(stored).toMatchObject({ value: { colour: { of: 'mail' }, recipients: [{ pager: 7 }] } });
  const rules = parseStoredRules({
    version: 1,
    later: 1,
    rules: [{ id: 'a', recipients: [{ address: 'a@b.co' }], weight: 2 }],
  });
  expect(rules).toMatchObject({ value: { later: 1, match: 'first', rules: [{ weight: 2, enabled: true }] } });
});

test.each([
  undefined,
  null,
  [],
  'text',
  {},
  { version: '1' },
  { version: 0 },
  { version: 1.5 },
  { version: 1, enabled: 'yes' },
])('%p is corrupt', (data) => {
  expect(parseStoredSettings(data)).toEqual({ ok: false, reason: 'corrupt' });
  expect(parseStoredRules(data)).toEqual({ ok: false, reason: 'corrupt' });
});

test('what a later version wrote is not read as if it were an older one', () => {
  expect(parseStoredSettings({ version: 2, enabled: true, recipients: [] })).toEqual({ ok: false, reason: 'newer' });
  expect(parseStoredRules({ version: 2, rules: [] })).toEqual({ ok: false, reason: 'newer' });
});

test('older documents go through every step in between, and keep what no step knows', () => {
  const steps = {
    1: ({ to, ...rest }: Record<string, unknown>) => ({ ...rest, recipients: [to] }),
    2: (data: Record<string, unknown>) => ({
      ...data,
      recipients: (data.recipients as string[]).map((address) => ({ address })),
    }),
  };
  expect(migrate({ version: 1, to: 'a@b.co', colour: 'red' }, 3, steps)).toEqual({
    ok: true,
    value: { version: 3, recipients: [{ address: 'a@b.co' }], colour: 'red' },
  });
  expect(migrate({ version: 2, recipients: ['a@b.co'] }, 3, steps)).toMatchObject({ value: { version: 3 } });
  expect(migrate({ version: 0 }, 3, steps)).toEqual({ ok: false, reason: 'corrupt' });
  expect(migrate({ version: 4 }, 3, steps)).toEqual({ ok: false, reason: 'newer' });
});

test('what can be read of a corrupt document is shown, over what holds otherwise', () => {
  const otherwise = defaultSettings();
  expect(
    salvageSettings(
      {
        version: 'x',
        enabled: false,
        recipients: [{ address: 'ana@example.com' }, { address: 'no address' }, 7],
        footer: 5,
      },
      otherwise,
    ),
  ).toMatchObject({ version: 1, enabled: false, recipients: [{ address: 'ana@example.com' }] });
  expect(salvageSettings('nonsense', otherwise)).toEqual(otherwise);
  expect(
    salvageRules({ match: 'all', rules: [{ id: 'a', recipients: [{ address: 'a@b.co' }] }, { id: 'A b' }] }),
  ).toMatchObject({
    match: 'all',
    rules: [{ id: 'a' }],
  });
  expect(salvageRules(null)).toEqual(emptyRules());
});
