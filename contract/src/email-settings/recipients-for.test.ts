import * as fc from 'fast-check';
import { parseOrThrow } from '../schema';
import { recipientsFor } from './recipients-for';
import { type NotificationRules, notificationRulesSchema } from './rules';
import { toZonedTime } from './zoned-time';

// Each run searches elsewhere; `npm test -- --seed=N` repeats it.
fc.configureGlobal({ seed: jest.getSeed() });

const settings = { recipients: [{ address: 'all@example.com' }] };
const NEW_YORK = 'America/New_York';
const at = (iso: string) => Date.parse(iso);

function rulesOf(rules: object[], rest: object = {}): NotificationRules {
  return parseOrThrow(notificationRulesSchema, {
    version: 1,
    rules: rules.map((rule, index) => ({
      id: `r${index}`,
      recipients: [{ address: `r${index}@example.com` }],
      ...rule,
    })),
    ...rest,
  });
}
const occasion = { queue: 'Sales', number: '+12025550101', at: at('2026-11-23T15:00:00Z'), timeZone: NEW_YORK };
const addresses = (answer: ReturnType<typeof recipientsFor>) => answer.recipients.map(({ address }) => address);

test('no rule holds: the settings decide', () => {
  for (const rules of [rulesOf([]), rulesOf([{ queues: ['Support'] }]), rulesOf([{ enabled: false }])])
    expect(recipientsFor(settings, rules, occasion)).toEqual({ recipients: settings.recipients, rules: [] });
});

test('queue and number must both be one of the rule’s; empty lists are any', () => {
  const rules = rulesOf([
    { queues: ['Support', 'Sales'], numbers: ['+12025550199'] },
    { queues: ['Sales'], numbers: ['+12025550101'] },
    { queues: [], numbers: [] },
  ]);
  expect(recipientsFor(settings, rules, occasion).rules).toEqual(['r1']);
  expect(recipientsFor(settings, rules, { ...occasion, queue: 'Other' }).rules).toEqual(['r2']);
});

test('all that hold: everybody once, the archive as well, by the rules’ order', () => {
  const rules = rulesOf(
    [{}, { recipients: [{ address: 'r0@EXAMPLE.com' }, { address: 'two@example.com' }] }, { queues: ['Support'] }],
    { match: 'all' },
  );
  const answer = recipientsFor({ ...settings, archive: { address: 'two@example.com' } }, rules, occasion);
  expect(answer.rules).toEqual(['r0', 'r1']);
  expect(addresses(answer)).toEqual(['r0@example.com', 'two@example.com']);
});

test('the archive gets every mail, also without other recipients', () => {
  const archive = { address: 'archive@example.com', name: 'Archive' };
  expect(recipientsFor({ recipients: [], archive }, rulesOf([]), occasion).recipients).toEqual([archive]);
  expect(addresses(recipientsFor({ ...settings, archive }, rulesOf([{}]), occasion))).toEqual([
    'r0@example.com',
    'archive@example.com',
  ]);
});

test('an hour is of the zone of the settings, else of the business', () => {
  // 15:00 in UTC: 10:00 in New York, 22:00 in Bangkok.
  const rules = rulesOf([{ when: { from: '09:00', to: '17:00' } }]);
  expect(recipientsFor(settings, rules, occasion).rules).toEqual(['r0']);
  expect(recipientsFor({ ...settings, time_zone: 'Asia/Bangkok' }, rules, occasion).rules).toEqual([]);
});

test.each([
  ['08:59', false],
  ['09:00', true],
  ['16:59', true],
  ['17:00', false],
])('from 9 to 17: at %s %p', (time, expected) => {
  const rules = rulesOf([{ when: { from: '09:00', to: '17:00' } }]);
  const moment = { ...occasion, timeZone: 'UTC', at: at(`2026-11-23T${time}:00Z`) };
  expect(recipientsFor(settings, rules, moment).rules.length === 1).toBe(expected);
});

test.each([
  // Friday 22:00 to 06:00 on Fridays: the small hours of Saturday belong to it, those of Friday to Thursday.
  ['2026-11-27T21:59:00Z', false],
  ['2026-11-27T22:00:00Z', true],
  ['2026-11-28T00:00:00Z', true],
  ['2026-11-28T05:59:00Z', true],
  ['2026-11-28T06:00:00Z', false],
  ['2026-11-28T22:00:00Z', false],
  ['2026-11-27T03:00:00Z', false],
])('over midnight, at %s: %p', (moment, expected) => {
  const rules = rulesOf([{ when: { days: [5], from: '22:00', to: '06:00' } }]);
  const answer = recipientsFor(settings, rules, { ...occasion, timeZone: 'UTC', at: at(moment) });
  expect(answer.rules.length === 1).toBe(expected);
});

test.each([
  ['never', '2026-12-25T12:00:00Z', false],
  ['never', '2026-12-24T12:00:00Z', true],
  ['only', '2026-12-25T12:00:00Z', true],
  ['only', '2026-12-24T12:00:00Z', false],
  ['as-any-day', '2026-12-25T12:00:00Z', true],
  // Still Christmas in New York, and not yet on its eve.
  ['only', '2026-12-26T04:30:00Z', true],
  ['only', '2026-12-25T04:30:00Z', false],
])('holidays %s, at %s: %p', (holidays, moment, expected) => {
  const rules = rulesOf([{ when: { holidays } }], { holidays: [{ date: '2026-12-25' }] });
  expect(recipientsFor(settings, rules, { ...occasion, at: at(moment) }).rules.length === 1).toBe(expected);
});

test('a night that begins on a holiday is that holiday’s until it ends', () => {
  const rules = rulesOf([{ when: { from: '18:00', to: '08:00', holidays: 'only' } }], {
    holidays: [{ date: '2026-12-25' }],
  });
  const holds = (moment: string) =>
    recipientsFor(settings, rules, { ...occasion, timeZone: 'UTC', at: at(moment) }).rules.length === 1;
  expect(holds('2026-12-26T07:00:00Z')).toBe(true);
  expect(holds('2026-12-25T07:00:00Z')).toBe(false);
});

test('clocks that change: the hour on the wall counts', () => {
  const early = rulesOf([{ when: { from: '01:30', to: '03:30' } }]);
  const holds = (moment: string) => recipientsFor(settings, early, { ...occasion, at: at(moment) }).rules.length === 1;
  // In New York on 8 March 2026 it is 03:00 right after 01:59; on 1 November 01:00 comes twice.
  expect(holds('2026-03-08T06:59:00Z')).toBe(true); // 01:59
  expect(holds('2026-03-08T07:00:00Z')).toBe(true); // 03:00
  expect(holds('2026-03-08T07:30:00Z')).toBe(false); // 03:30
  expect(holds('2026-11-01T05:30:00Z')).toBe(true); // 01:30, the first time
  expect(holds('2026-11-01T06:00:00Z')).toBe(false); // 01:00, the second time
  expect(holds('2026-11-01T06:30:00Z')).toBe(true);
  // Winter and summer: 9 o'clock is 14:00 and 13:00 in UTC.
  const nine = rulesOf([{ when: { from: '09:00', to: '10:00' } }]);
  for (const moment of ['2026-01-15T14:00:00Z', '2026-07-15T13:00:00Z'])
    expect(recipientsFor(settings, nine, { ...occasion, at: at(moment) }).rules).toEqual(['r0']);
});

test('weekdays are those of the zone: Monday in Bangkok is still Sunday in New York', () => {
  const rules = rulesOf([{ when: { days: [1] } }]);
  const moment = { ...occasion, at: at('2026-11-23T03:00:00Z') };
  expect(recipientsFor(settings, rules, moment).rules).toEqual([]);
  expect(recipientsFor({ ...settings, time_zone: 'Asia/Bangkok' }, rules, moment).rules).toEqual(['r0']);
});

test('a window and what it leaves out make the whole day, whatever their hours and the zone', () => {
  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  const zone = fc.constantFrom('UTC', NEW_YORK, 'Asia/Kathmandu', 'Pacific/Chatham', 'Australia/Lord_Howe');
  const moment = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') });
  void fc.assert(
    fc.property(time, time, zone, moment, (from, to, timeZone, when) => {
      fc.pre(from !== to);
      const rules = rulesOf([{ when: { from, to } }, { when: { from: to, to: from } }], { match: 'all' });
      return recipientsFor(settings, rules, { ...occasion, timeZone, at: when }).rules.length === 1;
    }),
  );
});

test('overlapping rules name each recipient once', () => {
  const address = fc.constantFrom('a@example.com', 'a@EXAMPLE.com', 'A@example.com', 'b@example.org');
  const list = fc.array(
    address.map((one) => ({ address: one })),
    { minLength: 1, maxLength: 4 },
  );
  void fc.assert(
    fc.property(
      fc.array(list, { maxLength: 5 }),
      list,
      fc.option(address, { nil: undefined }),
      (lists, own, archive) => {
        const rules = rulesOf(
          lists.map((recipients) => ({ recipients })),
          { match: 'all' },
        );
        const all = { recipients: own, ...(archive === undefined ? {} : { archive: { address: archive } }) };
        const keys = addresses(recipientsFor(all, rules, occasion)).map((one) => one.replace('EXAMPLE', 'example'));
        expect(new Set(keys).size).toBe(keys.length);
        if (archive !== undefined) expect(keys).toContain(archive.replace('EXAMPLE', 'example'));
      },
    ),
  );
});

test.each([
  ['00:00', '24:00'],
  ['00:00', '23:59'],
  ['00:00', '00:00'],
  [undefined, '24:00'],
  ['00:00', undefined],
])('from %s to %s is the whole day, also when clocks change', (from, to) => {
  const days = ['2026-03-08', '2026-11-01', '2026-11-23'];
  const zones = [NEW_YORK, 'Asia/Beirut', 'Australia/Lord_Howe'];
  const missed: string[] = [];
  for (const timeZone of zones)
    for (const day of days)
      for (let minute = -900; minute < 24 * 60 + 900; minute += minute % 30 === 0 ? 29 : 1) {
        const moment = at(`${day}T00:00:30Z`) + minute * 60_000;
        const local = toZonedTime(moment, timeZone);
        const weekday = new Date(`${local.date}T12:00:00Z`).getUTCDay() || 7;
        const rules = allDay({ days: [weekday], from, to });
        const found = addresses(recipientsFor(settings, rules, { ...occasion, at: moment, timeZone }));
        if (found.join() !== 'day@example.com')
          missed.push(`${timeZone} ${new Date(moment).toISOString()}: ${found.join()}`);
      }
  expect(missed).toEqual([]);
});

const allDay = (when: { days: number[]; from?: string; to?: string }) =>
  rulesOf([{ when, recipients: [{ address: 'day@example.com' }] }]);
