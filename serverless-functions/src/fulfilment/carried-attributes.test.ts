import type { LogFields } from '../runtime/log';
import { callAttributes, carryAttributes, MAX_CARRIED_BYTES, pickCarriedAttributes } from './carried-attributes';

const carriedOf = (attributes: Record<string, unknown>) => pickCarriedAttributes(attributes).carried;
const PLACES = Object.fromEntries(
  ['called', 'caller', 'from', 'to'].flatMap((who) =>
    ['city', 'state', 'zip', 'country'].map((what) => [`${who}_${what}`, 'SAN FRANCISCO']),
  ),
);

test('what binds a task to a call is not carried', () => {
  expect(
    carriedOf({
      call_sid: 'CA1',
      call_status: 'in-progress',
      conference: { sid: 'CF1' },
      worker_call_sid: 'CA2',
      reservation_attributes: {},
      trunk_sid: 'TK1',
      outbound_to: '+1',
      skill: 'billing',
    }),
  ).toEqual({ skill: 'billing' });
});

test('what a filter may use is carried: skills, customers, and the parameters of the call', () => {
  const attributes = {
    skill: 'billing',
    level: 3,
    languages: ['en', 'es'],
    customers: { external_id: '17', name: 'Ana' },
    called: '+12025550101',
    caller_country: 'US',
    ...PLACES,
  };
  expect(carriedOf(attributes)).toEqual(attributes);
});

test('what reports read of the conversation is carried, but not how the call ended', () => {
  expect(
    carriedOf({
      conversations: {
        conversation_id: 'CH1',
        abandoned: 'Yes',
        abandoned_phase: 'Queue',
        hang_up_by: 'Customer',
        campaign: 'spring',
        conversation_attribute_3: 'gold',
      },
    }),
  ).toEqual({ conversations: { campaign: 'spring', conversation_attribute_3: 'gold' } });
  expect(carriedOf({ conversations: { abandoned: 'Yes' } })).toEqual({});
  expect(carriedOf({ conversations: 'x' })).toEqual({});
});

test('when there is too much, the parameters of the call go first, then the largest', () => {
  const skills = Array.from({ length: 120 }, (_, n) => `skill-number-${n}`);
  const { carried, dropped } = pickCarriedAttributes({ ...PLACES, skills, document: 'x'.repeat(9_000), vip: true });
  expect(carried).toMatchObject({ skills, vip: true });
  expect(dropped).toContain('document');
  expect(dropped.filter((name) => name in PLACES).length).toBeGreaterThan(0);
  expect(Buffer.byteLength(JSON.stringify(carried))).toBeLessThanOrEqual(MAX_CARRIED_BYTES);
});

test('what is not carried is named in the log, without values and without numbers as names', () => {
  const lines: [string, LogFields | undefined][] = [];
  const write = (event: string, fields?: LogFields) => void lines.push([event, fields]);
  const log = { info: write, warn: write, error: write };
  const attributes = { document: 'x'.repeat(9_000), '+12025550123': 'y'.repeat(9_000), skill: 'billing' };
  expect(carryAttributes(attributes, log, { callSid: 'CA1' })).toEqual({ skill: 'billing' });
  expect(lines).toEqual([['attributes not carried', { callSid: 'CA1', attributes: 'document ?' }]]);
  carryAttributes({ skill: 'billing' }, log, { callSid: 'CA1' });
  expect(lines).toHaveLength(1);
});

test('a call without a task has the parameters of its webhook', () => {
  const event = {
    From: '+1',
    CallerCountry: 'US',
    FromState: 'CA',
    CallSid: 'CA1',
    from: '+2',
    request: {},
    Digits: '1',
  };
  expect(callAttributes(event)).toEqual({ from: '+1', caller_country: 'US', from_state: 'CA' });
});
