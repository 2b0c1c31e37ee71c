import { parseSettingsInput, requireNoNewErrors, type SettingsInput } from './settings-input';

const ALLOWED = ['example.com'];
const settings = { version: 1, enabled: true, recipients: [{ address: 'ana@example.com' }] };
const rules = { version: 1, rules: [] };

function validationErrorsOf(ofSettings: object, ofRules: object = {}) {
  try {
    parseSettingsInput({ ...settings, ...ofSettings }, { ...rules, ...ofRules }, ALLOWED, []);
  } catch (error) {
    const { code, status, details } = error as { code: string; status: number; details: { fields: object[] } };
    return { code, status, fields: details.fields };
  }
  return undefined;
}

test('addresses are stored as they are compared, cleared fields are not stored, unknown ones are kept', () => {
  const proposal = parseSettingsInput(
    {
      ...settings,
      recipients: [
        { address: ' Ana+x@EXAMPLE.com ', name: ' Ana ' },
        { address: 'bo@example.com', name: '' },
      ],
      organization: '  ',
      footer: null,
      archive: null,
      time_zone: '',
      colour: 'red',
      saved: { by: 'x', at: 'y' },
    },
    { ...rules, rules: [{ id: 'a', name: ' ', recipients: [{ address: 'C@Example.com' }] }] },
    ALLOWED,
    [],
  );
  expect(proposal.settings).toMatchObject({
    recipients: [{ address: 'Ana+x@example.com', name: 'Ana' }, { address: 'bo@example.com' }],
    colour: 'red',
  });
  for (const field of ['organization', 'footer', 'archive', 'time_zone', 'saved'])
    expect(proposal.settings).not.toHaveProperty(field);
  expect(proposal.rules.rules[0]).toEqual({ id: 'a', enabled: true, recipients: [{ address: 'C@example.com' }] });
});

test('names the path of each error', () => {
  expect(validationErrorsOf({ recipients: 7 })).toMatchObject({
    code: 'invalid',
    status: 422,
    fields: [{ path: 'recipients' }],
  });
  expect(validationErrorsOf({ recipients: [{}] })).toMatchObject({ fields: [{ path: 'recipients.0.address' }] });
  expect(validationErrorsOf({ enabled: 'yes' })).toMatchObject({ fields: [{ path: 'enabled', code: 'malformed' }] });
  expect(validationErrorsOf({}, { rules: [{ id: 'a', recipients: [] }] })).toMatchObject({
    fields: [{ path: 'rules.0.recipients', code: 'missing' }],
  });
  expect(validationErrorsOf({}, { rules: { length: 1 } })).toMatchObject({ fields: [{ path: 'rules' }] });
});

test('reports a domain that is not allowed beside a malformed field', () => {
  const refused = validationErrorsOf({ enabled: 'yes', recipients: [{ address: 'eve@evil.com' }] });
  expect(refused).toMatchObject({
    code: 'invalid',
    fields: [
      { path: 'enabled', code: 'malformed' },
      { path: 'recipients.0.address', code: 'domain-not-allowed', value: 'eve@evil.com' },
    ],
  });
});

test('a refusal names at most fifty fields', () => {
  const recipients = Array.from({ length: 90 }, (_, n) => ({ address: `p${n}@evil.com` }));
  expect(validationErrorsOf({ recipients })!.fields).toHaveLength(50);
});

describe('a change of one part', () => {
  const rule = (id: string, address: string) => ({ id, enabled: true, recipients: [{ address }] });
  const whole = (change: object, ...list: object[]) =>
    ({
      settings: { ...settings, ...change },
      rules: { ...rules, match: 'first', holidays: [], rules: list },
    }) as unknown as SettingsInput;
  const [own, others] = [rule('own', 'eve@example.com'), rule('others', 'old@gone.example')];
  const codesOf = (before: SettingsInput, after: SettingsInput) => {
    try {
      requireNoNewErrors(before, after, ALLOWED, []);
    } catch (error) {
      const { details } = error as { details: { fields: { path: string; code: string }[] } };
      return details.fields.map(({ path, code }) => `${path} ${code}`);
    }
    return [];
  };
  const gone = { recipients: [{ address: 'ana@gone.example' }], logo_url: 'https://gone.example/logo.png' };

  test('what was wrong before does not prevent it, wherever the rule is then', () => {
    expect(codesOf(whole(gone, own, others), whole(gone, others))).toEqual([]);
    expect(codesOf(whole(gone, others), whole(gone, others, own))).toEqual([]);
  });

  test('what is wrong only now prevents it', () => {
    const wrong = rule('own', 'eve@gone.example');
    expect(codesOf(whole(gone, own, others), whole(gone, wrong, others))).toEqual([
      'rules.0.recipients.0.address domain-not-allowed',
    ]);
    const none = { recipients: [] };
    expect(codesOf(whole(none, own), whole(none))).toEqual(['recipients missing']);
  });
});
