import { summarizeByMessage, summarizeDeliveries, toBounces } from './mailgun-deliveries';

const failed = (status: object, more: object = {}) => ({
  event: 'failed',
  severity: 'permanent',
  recipient: 'ana@example.com',
  'delivery-status': status,
  ...more,
});
const problemOf = (event: object) => summarizeDeliveries([event]).bounced[0]?.problem;

test.each([
  [{ code: 552, 'enhanced-code': '5.2.2', message: '5.2.2 <a@b.c>: user over quota' }, 'mailbox-full'],
  [{ code: 550, message: '5.1.1 The email account that you tried to reach does not exist' }, 'no-such-address'],
  [{ code: 550, message: 'No such user here' }, 'no-such-address'],
  [{ code: 556, 'enhanced-code': '5.1.10' }, 'no-such-address'],
  [{ code: 550, 'enhanced-code': '5.2.1', message: 'disabled' }, 'mailbox-disabled'],
  [{ code: 552, 'enhanced-code': '5.3.4' }, 'too-large'],
  [{ code: 550, 'enhanced-code': '5.7.26', message: 'This mail has been blocked' }, 'refused'],
  [{ code: 550, message: 'Mailbox is full' }, 'mailbox-full'],
  [{ code: 500, message: 'syntax' }, 'unknown'],
  [{}, 'unknown'],
  [null, 'unknown'],
])('reads what a bounce means (%#)', (status, expected) => {
  expect(problemOf(failed(status as object))).toBe(expected);
});

test('an address that the provider does not even try is suppressed', () => {
  expect(problemOf(failed({ code: 605, message: '' }, { reason: 'suppress-bounce' }))).toBe('suppressed');
});

test('temporary failures do not count, nor does a bounce of one who has the mail in the end', () => {
  const temporary = failed({ 'enhanced-code': '4.2.2' }, { severity: 'temporary' });
  expect(summarizeDeliveries([temporary])).toEqual({ delivered: 0, bounced: [] });
  const later = { event: 'delivered', recipient: 'ana@example.com' };
  expect(summarizeDeliveries([failed({}), later])).toEqual({ delivered: 1, bounced: [] });
});

test('events of several messages are counted for each', () => {
  const of = (id: string, event: object) => ({ ...event, message: { headers: { 'message-id': id } } });
  const delivered = { event: 'delivered', recipient: 'bo@example.com' };
  const events = [of('one@mg', delivered), of('<two@mg>', delivered), of('two@mg', failed({}, { timestamp: 1.5 }))];
  expect(
    [...summarizeByMessage(events)].map(([id, { delivered: count, bounced }]) => [id, count, bounced.length]),
  ).toEqual([
    ['one@mg', 1, 0],
    ['two@mg', 1, 1],
  ]);
  expect(toBounces(events)).toEqual([
    { messageId: 'two@mg', address: 'ana@example.com', problem: 'unknown', at: 1500 },
  ]);
});
