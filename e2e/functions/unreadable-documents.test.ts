import type { AuditResponse, EmailHistoryResponse } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { bookCallback } from '../support/menu';
import { runScheduledSweeps } from '../support/scheduled-sweeps';
import { storedValues } from '../support/stored-documents';

afterEach(closeHarnesses);

const DAY_MS = 24 * 60 * 60_000;
const settings = { recipients: [{ address: 'admin@example.com' }] };

const find = ({ world }: Harness, name: RegExp) => {
  const found = storedValues(world).find((one) => name.test(one.name));
  if (found === undefined) throw new Error(`nothing is stored as ${name}`);
  return found.value;
};

/** Two voicemails whose mails Mailgun refused for now, so that a sweep reads their entries. */
async function leaveTwo() {
  const harness = await openHarness({ settings });
  harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 500, times: 2 });
  await harness.leaveVoicemail();
  await harness.leaveVoicemail();
  await harness.advance(30_000);
  let asked = 0;
  // A token ends within a day.
  const history = async () => {
    const { token } = harness.signIn(`sue-${++asked}`, ['supervisor'], 'Offline');
    return (await (await harness.postFlex('email-history', token)).json()) as EmailHistoryResponse;
  };
  return { harness, history };
}

test.each([
  ['broken', { task: 'gone' }, false],
  ['of a later release', { version: 2, task: { state: 'dreaming' } }, true],
])('an entry that is %s needs attention until it can be read, and the others go on', async (_what, change, isNewer) => {
  const { harness, history } = await leaveTwo();
  const entry = find(harness, /^voicemail-CA/);
  const { data } = entry;
  entry.data = { ...data, ...change };
  await harness.advance(10 * 60_000);
  await runScheduledSweeps(harness, 2);
  expect(await harness.mails()).toHaveLength(1);
  const { attention = [] } = await history();
  expect(attention.filter(({ kind }) => kind === 'unreadable')).toEqual([
    expect.objectContaining({ voicemail_id: data.id, queue: 'Support', isNewer }),
  ]);
  entry.data = data;
  await harness.advance(DAY_MS);
  await runScheduledSweeps(harness, 2);
  expect(await harness.mails()).toHaveLength(2);
  expect((await history()).attention?.map(({ kind }) => kind)).not.toContain('unreadable');
});

test('a history row that cannot be read is written anew from its entry', async () => {
  const { harness, history } = await leaveTwo();
  find(harness, /^history-/).data = { id: 7 };
  expect((await history()).items).toHaveLength(1);
  expect((await history()).items).toHaveLength(2);
});

test('an audit record that cannot be read keeps its place in the list', async () => {
  const { harness } = await leaveTwo();
  const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
  for (const [n, address] of ['admin@example.com', 'admin@example.com'].entries()) {
    await harness.postFlex('email-test', token, { Address: address });
    await harness.advance((n + 1) * 60_000);
  }
  const { data } = find(harness, /^audit-.*\/.*_[0-9a-f]{32}$/);
  find(harness, /^audit-.*\/.*_[0-9a-f]{32}$/).data = { act: 'levitate' };
  const { items } = (await (await harness.postFlex('audit', token)).json()) as AuditResponse;
  expect(items.map(({ act, at }) => [act, at])).toEqual([
    ['test-mail', expect.anything()],
    ['unreadable', data.at],
  ]);
});

test('a mail to the administrator that cannot be read is kept, and the log says so', async () => {
  const harness = await openHarness({ settings, environment: { ADMIN_EMAIL: 'admin@example.com' } });
  const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
  harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 500, times: 1 });
  const read = (await (await harness.postFlex('email-settings', token, { Action: 'read' })).json()) as {
    settings: object;
    rules: object;
    revision: string;
  };
  const saved = await harness.postFlex('email-settings', token, {
    Action: 'save',
    Settings: JSON.stringify({ ...read.settings, enabled: false }),
    Rules: JSON.stringify(read.rules),
    Revision: read.revision,
  });
  expect(saved.status).toBe(200);
  find(harness, /^notice-/).data = { version: 9 };
  await harness.advance(10 * 60_000);
  await runScheduledSweeps(harness, 2);
  expect(harness.functionLogs().join('\n')).toContain('notice unreadable');
  expect((await harness.indexKeys()).filter((key) => key.includes('_notice-'))).toHaveLength(1);
});

describe('an entry that cannot be read concerns another one', () => {
  /** A caller who said nothing was asked again, and what Twilio reported of it was lost. */
  async function loseTwoAttempts() {
    const harness = await openHarness({ settings });
    harness.dropWebhooks(/recording-status|voicemail-recorded/);
    const caller = await harness.dialToRecording();
    const id = `voicemail-${caller.sid}-1`;
    caller.hangUp();
    const { data } = find(harness, new RegExp(`^${id}$`));
    const next = { ...data, id: `voicemail-${caller.sid}-2`, attempt: 2, indexKey: undefined };
    await harness.setDocument(next.id, { ...next, task: 'gone' });
    return { harness, id, next };
  }
  const attemptsRead = (harness: Harness, mark: number, id: string) =>
    harness.requestsSince(mark).filter(({ path }) => path.endsWith(id)).length;

  test('the attempt before it waits an hour at a time, a supervisor sees why, and it ends', async () => {
    const { harness, id, next } = await loseTwoAttempts();
    await harness.advance(3 * 60 * 60_000);
    await runScheduledSweeps(harness, 2);
    const mark = harness.requestCount();
    for (let n = 0; n < 10; n += 1) {
      await harness.advance(2 * 60_000);
      await harness.runOutboxSweep();
    }
    expect(attemptsRead(harness, mark, next.id)).toBe(0);
    const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
    const { attention = [] } = (await (await harness.postFlex('email-history', token)).json()) as EmailHistoryResponse;
    expect(attention).toMatchObject([{ kind: 'unreadable', voicemail_id: next.id }]);
    await harness.setDocument(next.id, next);
    await harness.advance(60 * 60_000);
    await runScheduledSweeps(harness, 2);
    expect(await harness.document(id)).toMatchObject({ recording: { state: 'superseded' } });
  });

  test('a caller whose open callback cannot be read can book another one', async () => {
    const harness = await openHarness({ settings });
    const first = await bookCallback(harness);
    await harness.advance(60_000);
    const entry = find(harness, new RegExp(`^callback-${first.sid}$`));
    entry.data = { ...entry.data, task: 'gone' };
    const again = await bookCallback(harness);
    expect(await harness.document(`callback-${again.sid}`)).toMatchObject({ task: { state: 'created' } });
  });
});
