import type { EmailHistoryResponse, VoicemailCard } from '@callback-and-voicemail/contract';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import {
  callerMailsDocuments,
  emailOf,
  entryOf,
  leaveMessage,
  leaveMessages,
  limitedTo,
  listedIn,
  mailsInOrder,
  speakMessage,
  waitForSummaries,
} from '../support/held-mails';
import { askPersonalData } from '../support/personal-data';
import { roundsInSeries } from '../support/round-trips';
import { runScheduledSweeps } from '../support/scheduled-sweeps';

afterEach(closeHarnesses);

const CALLER = '+12025550123';
const SYNC = 'sync.twilio.com';
const OF_CALLER = /Documents\/mails-of-caller-/;

const mailedEntries = async (harness: Harness) => (await mailsInOrder(harness)).map(entryOf);
const historyOf = async (harness: Harness, { token }: { token: string }, fields: Record<string, string> = {}) =>
  ((await (await harness.postFlex('email-history', token, fields)).json()) as EmailHistoryResponse).items;
const taskOf = (harness: Harness, id: string) =>
  harness.productTasks().find(({ attributes }) => JSON.stringify(attributes).includes(id))!;
const cardOf = async (harness: Harness, { token }: { token: string }, id: string) =>
  (await (await harness.postFlex('voicemail', token, { TaskSid: taskOf(harness, id).sid })).json()) as VoicemailCard;

describe('twelve voicemails of one caller within an hour', () => {
  test('become twelve tasks at once, ten mails, and after an hour one more that sums up two', async () => {
    const harness = await openHarness();
    const ids = await leaveMessages(harness, 12);
    expect(harness.productTasks()).toHaveLength(12);
    expect(await mailedEntries(harness)).toEqual(ids.slice(0, 10));
    expect(await emailOf(harness, ids[10]!)).toMatchObject({ state: 'pending', attempts: 0 });
    expect(await emailOf(harness, ids[11]!)).toMatchObject({ state: 'summarized', carrier: ids[10] });

    await harness.advance(30 * 60_000);
    await harness.runOutboxSweep();
    expect(await harness.mails()).toHaveLength(10);
    await waitForSummaries(harness);
    const mails = await mailsInOrder(harness);
    expect(mails.map(entryOf)).toEqual(ids.slice(0, 11));
    const summary = mails.at(-1)!;
    expect(summary.to).toEqual(['admin@example.com']);
    expect(summary.subject).toMatch(/^Voicemail from .* for Support \(\d:\d\d\) and 1 more$/);
    expect(summary.attachments).toHaveLength(1);
    expect(summary.text).toContain('There is 1 more voicemail from this caller.');
    const { text, html } = listedIn(summary);
    expect(text).toEqual([expect.stringMatching(/^- Nov 22, 2026, \d+:\d\d\s[AP]M UTC \(\d:\d\d\)$/)]);
    expect(html).toEqual([text[0]!.slice(2)]);
    expect(await emailOf(harness, ids[10]!)).toMatchObject({ state: 'sent', others: 1 });
    await runScheduledSweeps(harness, 3);
    expect(await harness.mails()).toHaveLength(11);
    // What was told is listed no longer.
    expect(JSON.stringify(callerMailsDocuments(harness))).not.toContain(ids[10]);
  });

  test('are told in history and card, and none counts as failed or waiting', async () => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const [, carrier, other] = await leaveMessages(harness, 3);
    const states = async () =>
      (await historyOf(harness, sue)).map(({ email: { state, others, summaryAt }, mayResend }) => ({
        ...{ state, others, mayResend },
        hasTime: summaryAt !== undefined,
      }));
    expect(await states()).toEqual([
      { state: 'summarized', others: undefined, mayResend: true, hasTime: true },
      { state: 'pending', others: undefined, mayResend: false, hasTime: true },
      { state: 'sent', others: undefined, mayResend: false, hasTime: false },
    ]);
    const due = (await cardOf(harness, sue, carrier!)).email;
    expect(due).toMatchObject({ state: 'pending', summaryAt: expect.any(String) });
    expect((await cardOf(harness, sue, other!)).email).toMatchObject({ state: 'summarized', summaryAt: due.summaryAt });
    const health = await (await harness.postFlex('email-settings', sue.token)).json();
    expect(health).toMatchObject({ health: { failedEmails: 0, waitingEmails: 0 } });
    await waitForSummaries(harness);
    const later = harness.world.flexTokens.issue({ identity: 'sue', roles: ['supervisor'], workerSid: sue.sid });
    const items = await historyOf(harness, later);
    expect(items.map(({ email }) => [email.state, email.others])).toEqual([
      ['summarized', 1],
      ['sent', 1],
      ['sent', undefined],
    ]);
    expect(items[0]!.email.summaryAt).toBe(items[1]!.email.sentAt);
    expect((await cardOf(harness, later, other!)).email).toMatchObject({
      ...{ state: 'summarized', others: 1 },
      summaryAt: items[1]!.email.sentAt,
    });
    // Without the one that told of it on the page.
    expect(await historyOf(harness, later, { State: 'summarized' })).toMatchObject([
      { voicemail_id: other, email: { others: 1, summaryAt: items[1]!.email.sentAt } },
    ]);
  });
});

test('a summary goes to the readers of its queue, and tells of no other queue', async () => {
  const rules = {
    version: 1,
    rules: ['Support', 'Sales'].map((queue) => ({
      ...{ id: queue.toLowerCase(), enabled: true, queues: [queue] },
      recipients: [{ address: `${queue.toLowerCase()}@example.com` }],
    })),
  };
  const harness = await openHarness({ environment: limitedTo(1), settings: { include_transcript: false } });
  await harness.setDocument('email-rules', rules);
  await leaveMessage(harness);
  const support = await leaveMessages(harness, 2);
  const sales = await leaveMessages(harness, 2, { to: 'sales' });
  support.push(await leaveMessage(harness));
  await waitForSummaries(harness);
  await harness.runOutboxSweep();
  const [, ...summaries] = await mailsInOrder(harness);
  summaries.sort((one, other) => (one.to[0]! > other.to[0]! ? -1 : 1));
  expect(summaries.map((mail) => [mail.to, entryOf(mail), listedIn(mail).text.length])).toEqual([
    [['support@example.com'], support[0], 2],
    [['sales@example.com'], sales[0], 1],
  ]);
  expect(JSON.stringify(summaries[0])).not.toMatch(/sales/i);
  expect(JSON.stringify(summaries[1])).not.toMatch(/support/i);
});

test('voicemails whose rules choose other readers are summed up apart', async () => {
  const harness = await openHarness({ environment: limitedTo(1), settings: { include_transcript: false } });
  // Both numbers lead to the same queue.
  const rule = { id: 'x', enabled: true, numbers: [harness.numbers.noTypedNumbers] };
  await harness.setDocument('email-rules', {
    version: 1,
    rules: [{ ...rule, recipients: [{ address: 'x@example.com' }] }],
  });
  await leaveMessages(harness, 3);
  await leaveMessage(harness, { to: 'noTypedNumbers' });
  await waitForSummaries(harness);
  await harness.runOutboxSweep();
  expect((await mailsInOrder(harness)).map((mail) => [mail.to[0], listedIn(mail).text.length])).toEqual([
    ['admin@example.com', 0],
    ['admin@example.com', 1],
    ['x@example.com', 0],
  ]);
});

test('other callers, and callers without a number, are not counted together', async () => {
  const harness = await openHarness({ environment: limitedTo(1) });
  await leaveMessage(harness);
  await leaveMessage(harness, { from: '+12025550177' });
  for (const from of ['anonymous', '+266696687', 'sip:ana@example.com'])
    for (let n = 0; n < 2; n += 1) await leaveMessage(harness, { from });
  expect(await harness.mails()).toHaveLength(8);
  expect(callerMailsDocuments(harness)).toHaveLength(2);
});

test('with the limit 0 every voicemail is mailed singly, and nothing is counted', async () => {
  const harness = await openHarness({ environment: limitedTo(0) });
  await leaveMessages(harness, 12);
  expect(await harness.mails()).toHaveLength(12);
  expect(callerMailsDocuments(harness)).toEqual([]);
});

test('recordings that are reported at the same moment: one mail, and one that sums up the others', async () => {
  const harness = await openHarness({ environment: limitedTo(1), settings: { include_transcript: false } });
  harness.holdWebhooks(/recording-status/);
  const ids = await leaveMessages(harness, 4);
  harness.setLatency(80);
  const reports = harness.heldWebhooks().filter(({ params }) => params.RecordingStatus === 'completed');
  await Promise.all(reports.map((report) => harness.redeliver(report)));
  harness.setLatency(0);
  expect(harness.productTasks()).toHaveLength(4);
  expect(await harness.mails()).toHaveLength(1);
  await waitForSummaries(harness);
  const mails = await mailsInOrder(harness);
  expect(mails).toHaveLength(2);
  expect(listedIn(mails[1]!).text).toHaveLength(2);
  const states = await Promise.all(ids.map(async (id) => (await emailOf(harness, id)).state));
  expect(states.sort()).toEqual(['sent', 'sent', 'summarized', 'summarized']);
});

test('twelve that are reported at the same moment are not mailed singly: one mail, and one that sums up', async () => {
  const harness = await openHarness({ environment: limitedTo(1), settings: { include_transcript: false } });
  harness.holdWebhooks(/recording-status/);
  const ids = await leaveMessages(harness, 12);
  harness.setLatency(80);
  const reports = harness.heldWebhooks().filter(({ params }) => params.RecordingStatus === 'completed');
  await Promise.all(reports.map((report) => harness.redeliver(report)));
  harness.setLatency(0);
  expect(harness.productTasks()).toHaveLength(12);
  await runScheduledSweeps(harness, 3);
  expect(await harness.mails()).toHaveLength(1);
  await waitForSummaries(harness);
  const mails = await mailsInOrder(harness);
  expect(mails.map((mail) => listedIn(mail).text.length)).toEqual([0, 10]);
  const states = await Promise.all(ids.map(async (id) => (await emailOf(harness, id)).state));
  expect(states.filter((state) => state === 'summarized')).toHaveLength(10);
});

test('a report that is delivered three times at once is counted once', async () => {
  const harness = await openHarness({ environment: limitedTo(2), settings: { include_transcript: false } });
  harness.duplicateWebhooks(/recording-status/, 3);
  await leaveMessages(harness, 4);
  expect(await harness.mails()).toHaveLength(2);
  await waitForSummaries(harness);
  expect((await mailsInOrder(harness)).map((mail) => listedIn(mail).text.length)).toEqual([0, 0, 1]);
});

describe.each([
  ['reading', { method: 'GET', path: OF_CALLER }],
  ['writing', { method: 'POST', path: OF_CALLER }],
])('Sync refuses %s the mails of a caller', (_what, where) => {
  test('with 429, as for too many at once: they wait, and are counted when it is over', async () => {
    const harness = await openHarness({ environment: limitedTo(1), settings: { include_transcript: false } });
    const removeFault = harness.injectFault({ host: SYNC, ...where, kind: 'status', status: 429 });
    const [first, carrier] = await leaveMessages(harness, 4);
    expect(harness.productTasks()).toHaveLength(4);
    // Creating the document is not among the writes that fail.
    for (const id of await mailedEntries(harness)) expect(id).toBe(first);
    removeFault();
    await runScheduledSweeps(harness, 3);
    expect(await mailedEntries(harness)).toEqual([first]);
    await waitForSummaries(harness);
    const mails = await mailsInOrder(harness);
    expect(mails.map((mail) => [entryOf(mail), listedIn(mail).text.length])).toEqual([
      [first, 0],
      [carrier, 2],
    ]);
  });

  test('with 429 for hours: each voicemail is mailed singly after an hour', async () => {
    const harness = await openHarness({ environment: limitedTo(1), settings: { include_transcript: false } });
    harness.injectFault({ host: SYNC, ...where, kind: 'status', status: 429 });
    const ids = await leaveMessages(harness, 2);
    await waitForSummaries(harness);
    await runScheduledSweeps(harness, 3);
    expect((await mailedEntries(harness)).sort()).toEqual([...ids].sort());
  });

  test.each([
    ['500', { kind: 'status', status: 500 }],
    ['no answer', { kind: 'reset' }],
  ] as const)('with %s: each voicemail is mailed singly, and none twice', async (_mode, how) => {
    const harness = await openHarness({ environment: limitedTo(1), settings: { include_transcript: false } });
    const removeFault = harness.injectFault({ host: SYNC, ...where, ...how });
    const ids = await leaveMessages(harness, 3);
    expect(harness.productTasks()).toHaveLength(3);
    removeFault();
    await waitForSummaries(harness);
    await runScheduledSweeps(harness, 3);
    expect((await mailedEntries(harness)).sort()).toEqual([...ids].sort());
  });
});

test('while Sync does not say what a mail sums up, it waits, and nothing is lost', async () => {
  const harness = await openHarness({ environment: limitedTo(1) });
  const [first, carrier] = await leaveMessages(harness, 4);
  const removeFault = harness.injectFault({ host: SYNC, path: OF_CALLER, kind: 'status', status: 500 });
  await waitForSummaries(harness);
  expect(await mailedEntries(harness)).toEqual([first]);
  expect(await emailOf(harness, carrier!)).toMatchObject({ state: 'pending', lastError: 'twilio-unavailable' });
  removeFault();
  await runScheduledSweeps(harness, 2);
  const mails = await mailsInOrder(harness);
  expect(mails.map(entryOf)).toEqual([first, carrier]);
  expect(listedIn(mails[1]!).text).toHaveLength(2);
});

test('a list of a later release is not overwritten: mails go singly, and what it sums up waits', async () => {
  const harness = await openHarness({ environment: limitedTo(1) });
  const [first, carrier, other] = await leaveMessages(harness, 3);
  const [document] = callerMailsDocuments(harness);
  const before = document!.data;
  document!.data = { ...before, version: 2 };
  const next = await leaveMessage(harness);
  expect(await mailedEntries(harness)).toEqual([first, next]);
  await waitForSummaries(harness);
  expect(document!.data).toEqual({ ...before, version: 2 });
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const health = await (await harness.postFlex('email-settings', sue.token)).json();
  expect(health).toMatchObject({ health: { waitingEmails: 1 } });
  document!.data = before;
  await runScheduledSweeps(harness, 2);
  const mails = await mailsInOrder(harness);
  expect(mails.map((mail) => [entryOf(mail), listedIn(mail).text.length]).at(-1)).toEqual([carrier, 1]);
  expect((await emailOf(harness, other!)).state).toBe('summarized');
});

test('a voicemail is deleted also while the list of its caller cannot be read', async () => {
  const harness = await openHarness({ environment: limitedTo(1) });
  const sue = harness.signIn('sue', ['supervisor'], 'Offline');
  const [first] = await leaveMessages(harness, 2);
  callerMailsDocuments(harness)[0]!.data = { version: 2 };
  const deletion = await harness.postFlex('delete-voicemail', sue.token, { TaskSid: taskOf(harness, first!).sid });
  expect(deletion.status).toBe(200);
  await askPersonalData(harness, sue, 'erase', CALLER);
  await runScheduledSweeps(harness, 2);
  expect(harness.recordings()).toEqual([]);
});

test('a summary that the provider refuses for now is sent later, with the same list', async () => {
  const harness = await openHarness({ environment: limitedTo(1) });
  const [, carrier] = await leaveMessages(harness, 3);
  harness.injectFault({ host: 'api.mailgun.net', method: 'POST', kind: 'done-then-reset', times: 1 });
  await waitForSummaries(harness);
  // Its list is closed: this one begins the count anew.
  const late = await leaveMessage(harness);
  await runScheduledSweeps(harness, 6);
  const mails = await mailsInOrder(harness);
  expect(mails.map(entryOf).filter((id) => id === carrier)).toHaveLength(1);
  expect(mails.map(entryOf)).toContain(late);
  expect(await emailOf(harness, carrier!)).toMatchObject({ state: 'sent', others: 1 });
});

test('a full list waits for no more: the next sweep sends it', async () => {
  const harness = await openHarness({ environment: limitedTo(1) });
  const [, carrier] = await leaveMessages(harness, 2);
  const [document] = callerMailsDocuments(harness);
  const mails = document!.data as { summaries: { more: string[] }[] };
  mails.summaries[0]!.more = Array.from({ length: 49 }, (_, n) => `voicemail-CA${String(n).padStart(32, '0')}-1`);
  const last = await leaveMessage(harness);
  await harness.runOutboxSweep();
  expect(await mailedEntries(harness)).toContain(carrier);
  // Entries that do not exist are not told of.
  expect(listedIn((await mailsInOrder(harness)).at(-1)!).text).toHaveLength(1);
  expect(await emailOf(harness, last)).toMatchObject({ state: 'summarized', carrier });
});

describe('“Send again”', () => {
  const resend = async (harness: Harness, id: string) => {
    const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
    return (await harness.postFlex('email-resend', token, { Voicemail: id })).json();
  };

  test('of a summarized voicemail sends it singly, and the summary leaves it out', async () => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const [first, carrier, other, last] = await leaveMessages(harness, 4);
    expect(await resend(harness, other!)).toEqual({ sent: 1, queued: 0, failed: 0 });
    expect(await mailedEntries(harness)).toEqual([first, other]);
    await waitForSummaries(harness);
    const mails = await mailsInOrder(harness);
    expect(mails.map(entryOf)).toEqual([first, other, carrier]);
    expect(listedIn(mails[2]!).text).toHaveLength(1);
    expect((await emailOf(harness, last!)).state).toBe('summarized');
  });

  test('of the one that waits sends it at once with the others; what comes then waits for another', async () => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const [, carrier] = await leaveMessages(harness, 3);
    expect(await resend(harness, carrier!)).toEqual({ sent: 1, queued: 0, failed: 0 });
    const summary = (await mailsInOrder(harness))[1]!;
    expect([entryOf(summary), listedIn(summary).text.length]).toEqual([carrier, 1]);
    const next = await leaveMessage(harness);
    expect(await emailOf(harness, next)).toMatchObject({ state: 'pending', attempts: 0 });
    await waitForSummaries(harness);
    expect((await mailedEntries(harness)).at(-1)).toBe(next);
  });
});

describe('what is deleted before the summary goes', () => {
  test('a caller whose data is deleted: no mail, and no document', async () => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    await leaveMessages(harness, 4);
    expect(callerMailsDocuments(harness)).toHaveLength(1);
    expect(JSON.stringify(callerMailsDocuments(harness))).not.toContain(CALLER.slice(2));
    await askPersonalData(harness, sue, 'erase', CALLER);
    await runScheduledSweeps(harness, 2);
    expect(callerMailsDocuments(harness)).toEqual([]);
    await waitForSummaries(harness);
    expect(await harness.mails()).toHaveLength(1);
  });

  test('a deleted voicemail is not told of', async () => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const [, , other] = await leaveMessages(harness, 4);
    const deletion = await harness.postFlex('delete-voicemail', sue.token, { TaskSid: taskOf(harness, other!).sid });
    expect(deletion.status).toBe(200);
    await waitForSummaries(harness);
    const mails = await mailsInOrder(harness);
    expect(mails.map((mail) => listedIn(mail).text.length)).toEqual([0, 1]);
    expect((await emailOf(harness, other!)).state).toBe('summarized');
  });

  test('when the one that waits is deleted, the next one tells of the others', async () => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const [first, carrier, heir] = await leaveMessages(harness, 4);
    const TaskSid = taskOf(harness, carrier!).sid;
    expect((await harness.postFlex('delete-voicemail', sue.token, { TaskSid })).status).toBe(200);
    await waitForSummaries(harness);
    const mails = await mailsInOrder(harness);
    expect(mails.map(entryOf)).toEqual([first, heir]);
    expect(listedIn(mails[1]!).text).toHaveLength(1);
  });

  test('when its deletion dies before another one takes over, a sweep goes on', async () => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    const [first, carrier, heir] = await leaveMessages(harness, 4);
    const removeFault = harness.injectFault({ host: SYNC, path: OF_CALLER, kind: 'reset' });
    const TaskSid = taskOf(harness, carrier!).sid;
    expect((await harness.postFlex('delete-voicemail', sue.token, { TaskSid })).status).toBeGreaterThanOrEqual(500);
    removeFault();
    await runScheduledSweeps(harness, 2);
    await waitForSummaries(harness);
    expect(await mailedEntries(harness)).toEqual([first, heir]);
  });
});

describe('a summary that is not sent', () => {
  const REFUSED = { host: 'api.mailgun.net', method: 'POST', kind: 'status', status: 400 } as const;
  /** What history and card say of the email of an entry. */
  async function shownOf(harness: Harness, id: string) {
    const sue = harness.signIn(`sue ${harness.requestCount()}`, ['supervisor'], 'Offline');
    const row = (await historyOf(harness, sue)).find(({ voicemail_id }) => voicemail_id === id)!;
    const { state, problem } = (await cardOf(harness, sue, id)).email;
    return { history: [row.email.state, row.email.problem], card: [state, problem], mayResend: row.mayResend };
  }

  test('was refused for good: what it was to tell of is shown as failed, until it is sent again', async () => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const [, carrier, other] = await leaveMessages(harness, 3);
    const recover = harness.injectFault(REFUSED);
    await waitForSummaries(harness);
    const failed = ['failed', 'unknown'];
    expect(await shownOf(harness, other!)).toEqual({ history: failed, card: failed, mayResend: true });
    recover();
    const { token } = harness.signIn('ada', ['supervisor'], 'Offline');
    await harness.postFlex('email-resend', token, { Voicemail: carrier! });
    const told = ['summarized', undefined];
    expect(await shownOf(harness, other!)).toEqual({ history: told, card: told, mayResend: true });
  });

  test('was switched off: what it was to tell of is shown as not emailed', async () => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const [, , other] = await leaveMessages(harness, 3);
    await harness.setSettings({ enabled: false });
    await waitForSummaries(harness);
    const off = ['off', undefined];
    expect(await shownOf(harness, other!)).toEqual({ history: off, card: off, mayResend: true });
  });

  test.each([
    ['deleted while it waits', false],
    ['deleted after it was refused for good', true],
  ])('its voicemail was %s: another one tells of the others', async (_what, isRefused) => {
    const harness = await openHarness({ environment: limitedTo(1) });
    const [first, carrier, heir, other] = await leaveMessages(harness, 4);
    if (isRefused) {
      const recover = harness.injectFault(REFUSED);
      await waitForSummaries(harness);
      recover();
    }
    const sue = harness.signIn('sue', ['supervisor'], 'Offline');
    await harness.postFlex('delete-voicemail', sue.token, { TaskSid: taskOf(harness, carrier!).sid });
    await waitForSummaries(harness);
    const mails = await mailsInOrder(harness);
    expect(mails.map((mail) => [entryOf(mail), listedIn(mail).text.length])).toEqual([
      [first, 0],
      [heir, 1],
    ]);
    const told = ['summarized', undefined];
    expect(await shownOf(harness, other!)).toMatchObject({ history: told, card: told });
  });

  test('goes to the fall-back recipient with all that it was to tell of', async () => {
    const fallback = { address: 'boss@example.com' };
    const settings = { fallback_recipient: fallback, include_transcript: false };
    const harness = await openHarness({ environment: limitedTo(1), settings });
    const [, carrier] = await leaveMessages(harness, 3);
    harness.injectFault({ ...REFUSED, times: 1 });
    await waitForSummaries(harness);
    await runScheduledSweeps(harness, 2);
    const summary = (await mailsInOrder(harness)).at(-1)!;
    expect([entryOf(summary), summary.to, listedIn(summary).text.length]).toEqual([carrier, ['boss@example.com'], 1]);
  });
});

test('emails off while a mail waits: none is sent', async () => {
  const harness = await openHarness({ environment: limitedTo(1) });
  const [, carrier] = await leaveMessages(harness, 3);
  await harness.setSettings({ enabled: false });
  await waitForSummaries(harness);
  expect((await emailOf(harness, carrier!)).state).toBe('off');
  await harness.setSettings({ enabled: true });
  // One that comes then takes over what the other was to tell.
  await runScheduledSweeps(harness, 2);
  expect(await harness.mails()).toHaveLength(1);
});

test('a voicemail takes over when mails were off for a moment and the one that waited will not be sent', async () => {
  const harness = await openHarness({ environment: limitedTo(1) });
  const { token } = harness.signIn('sue', ['supervisor'], 'Offline');
  const [, carrier, other] = await leaveMessages(harness, 3);
  await harness.setSettings({ enabled: false });
  await harness.postFlex('email-resend', token, { Voicemail: carrier! });
  expect((await emailOf(harness, carrier!)).state).toBe('off');
  await harness.setSettings({ enabled: true });
  const next = await leaveMessage(harness);
  await waitForSummaries(harness);
  const mails = await mailsInOrder(harness);
  expect(entryOf(mails[1]!)).toBe(next);
  expect(listedIn(mails[1]!).text).toHaveLength(1);
  expect((await emailOf(harness, other!)).state).toBe('summarized');
});

describe('a summary holds no more than the settings allow', () => {
  test('with only a link: how many, and when', async () => {
    const harness = await openHarness({ environment: limitedTo(1), settings: { email_content: 'link-only' } });
    await leaveMessages(harness, 3);
    await waitForSummaries(harness);
    const summary = (await mailsInOrder(harness))[1]!;
    expect(summary.subject).toBe('New voicemail and 1 more');
    expect(summary.attachments).toEqual([]);
    expect(listedIn(summary).text).toEqual([expect.stringMatching(/^- Nov 22, 2026, \d+:\d\d\s[AP]M UTC$/)]);
    const whole = JSON.stringify({ ...summary, to: [] });
    expect(whole).not.toMatch(/Support|tel:|\(\d:\d\d\)/);
    expect(whole.replace(/\D/g, '')).not.toContain(CALLER.slice(1));
  });

  test('without words: the recording and no transcript', async () => {
    const harness = await openHarness({ environment: limitedTo(1), settings: { email_content: 'no-words' } });
    await leaveMessages(harness, 3);
    await waitForSummaries(harness);
    const summary = (await mailsInOrder(harness))[1]!;
    expect(summary.attachments).toHaveLength(1);
    expect(summary.text).not.toContain('test message');
    expect(listedIn(summary).text).toEqual([expect.stringMatching(/\(\d:\d\d\)$/)]);
  });
});

test('counting and holding back cost the report of a recording no further round', async () => {
  const harness = await openHarness({ environment: limitedTo(1), settings: { include_transcript: false } });
  await harness.createIndexMaps();
  // Maps and documents are made at their first use.
  await leaveMessage(harness, { from: '+12025550177' });
  harness.holdWebhooks(/recording-status/);
  const rounds: number[] = [];
  for (let n = 0; n < 3; n += 1) {
    const { hangUp } = await speakMessage(harness);
    hangUp();
    await harness.advance(4_000);
    const report = harness.heldWebhooks().findLast(({ params }) => params.RecordingStatus === 'completed')!;
    harness.setLatency(60);
    const mark = harness.requestCount();
    await harness.redeliver(report);
    harness.setLatency(0);
    rounds.push(roundsInSeries(harness.requestsSince(mark)));
  }
  expect(await harness.mails()).toHaveLength(2);
  expect(Math.max(...rounds)).toBeLessThanOrEqual(5);
});
