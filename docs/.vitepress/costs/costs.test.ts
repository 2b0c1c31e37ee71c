import { cheapestPlan, estimateCosts, formatUsd, type MailPlan, type Prices, type Usage } from './costs';
import prices from './prices.json';

const USAGE: Usage = {
  voicemails: 1_000,
  averageSeconds: 45,
  transcribed: true,
  emailedPercent: 100,
  recipientsPerEmail: 2,
  provider: 'sendgrid',
  retentionDays: 30,
  smsMessages: 0,
  flexUsers: 0,
};
const PRICES = prices as Prices;
const estimate = (changes: Partial<Usage> = {}) => estimateCosts({ ...USAGE, ...changes }, PRICES);
const line = (name: string, changes: Partial<Usage> = {}) => estimate(changes).lines.find((one) => one.name === name)!;
const dollars = (name: string, changes: Partial<Usage> = {}) => {
  const { microUsd } = line(name, changes);
  return microUsd === null ? 'look up' : formatUsd(microUsd);
};

test('each message is billed by the minute begun', () => {
  expect(line('Recording', { averageSeconds: 60 }).quantity).toBe(1_000);
  expect(line('Recording', { averageSeconds: 61 }).quantity).toBe(2_000);
  expect(dollars('Recording', { averageSeconds: 61 })).toBe('$5.00');
});

test('storage costs above what is free', () => {
  expect(dollars('Storage')).toBe('$0.00');
  expect(line('Storage', { retentionDays: 350 }).quantity).toBe(11_667);
  expect(dollars('Storage', { retentionDays: 350 })).toBe('$0.83');
});

test('recordings that are never deleted count as after a year', () => {
  expect(line('Storage', { retentionDays: 0 })).toMatchObject({ quantity: 12_167, microUsd: 2_167 * 500 });
});

test('messages of two minutes and more are not transcribed', () => {
  expect(dollars('Transcription', { averageSeconds: 119 })).toBe('$100.00');
  expect(dollars('Transcription', { averageSeconds: 120 })).toBe('$0.00');
  expect(dollars('Transcription', { transcribed: false })).toBe('$0.00');
});

test('each recipient is an email', () => {
  expect(line('Email provider', { emailedPercent: 50, recipientsPerEmail: 3 }).quantity).toBe(1_500);
  expect(line('Email provider')).toMatchObject({ microUsd: 19_950_000, note: 'the plan Essentials 50K' });
});

test('a price that nobody published here is to be looked up, and is in no sum', () => {
  expect(dollars('Functions')).toBe('look up');
  expect(dollars('TaskRouter')).toBe('look up');
  expect(dollars('Email provider', { provider: 'twilio' })).toBe('look up');
  // 2.50 for recording, 50 for transcripts, 19.95 for emails.
  expect(formatUsd(estimate().knownMicroUsd)).toBe('$72.45');
});

test('nothing costs nothing', () => {
  const nothing = { voicemails: 0, provider: 'twilio' } as const;
  expect(dollars('Email provider', nothing)).toBe('$0.00');
  expect(dollars('TaskRouter', nothing)).toBe('$0.00');
  expect(estimate(nothing).knownMicroUsd).toBe(0);
});

test('a mail server of one’s own is not paid for here', () => {
  expect(line('Email provider', { provider: 'smtp' })).toMatchObject({
    microUsd: 0,
    note: 'a mail server of your own',
  });
});

test.each([Number.NaN, -5, Number.POSITIVE_INFINITY])('%p typed as a number counts as 0', (value) => {
  expect(estimate({ voicemails: value, smsMessages: value, flexUsers: value }).knownMicroUsd).toBe(0);
});

test('an SMS about an outage and a user of Flex are counted in on request', () => {
  expect(dollars('SMS about outages', { smsMessages: 10 })).toBe('$0.17');
  expect(dollars('Flex', { flexUsers: 3 })).toBe('$105.00');
});

describe('the cheapest plan', () => {
  const plans: MailPlan[] = [
    { name: 'small', microUsd: 10_000_000, included: 1_000, extraMicroUsd: 10_000 },
    { name: 'large', microUsd: 20_000_000, included: 5_000, extraMicroUsd: null },
  ];

  test.each([
    [1_000, 'small', 10_000_000],
    [1_999, 'small', 19_990_000],
    [2_001, 'large', 20_000_000],
    [5_001, 'small', 50_010_000],
  ])('for %i emails is the %s one', (emails, name, microUsd) => {
    expect(cheapestPlan(emails, plans)).toEqual({ name, microUsd });
  });

  test('does not exist where no plan takes so many', () => {
    expect(cheapestPlan(5_001, plans.slice(1))).toBeUndefined();
  });
});

test('half a cent is rounded up, and each sum once', () => {
  expect([formatUsd(4_999), formatUsd(5_000), formatUsd(1_234_567_890_000)]).toEqual([
    '$0.00',
    '$0.01',
    '$1,234,567.89',
  ]);
});

test('every price names a source with an address, and every source is used', () => {
  const { sources, twilio, mail } = prices;
  const named = [...Object.values(twilio), ...Object.values(mail)].flatMap(({ source }) => source ?? []);
  expect([...new Set(named)].sort()).toEqual(Object.keys(sources).sort());
  for (const { url } of Object.values(sources)) expect(url).toMatch(/^https:\/\//);
});
