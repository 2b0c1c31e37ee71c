/**
 * `npm run reconcile -- --from 2026-11-01 --to 2026-11-30 [--json] [--url https://…]`: compares the account's recordings
 * with ledger entries, tasks and emails, through the deployed Functions, and prints what came of it. It ends with 0 when
 * nothing is unexplained, with 1 when something is, and with 2 when it could not be found out.
 *
 * OUTBOX_TOKEN, or FLEX_TOKEN (a supervisor's, for their queues), comes from the environment alone: arguments show in
 * lists of processes.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const FEATURE = '/features/callback-and-voicemail-with-email';
/** Where `npm start` serves the product. */
const LOCAL_URL = 'http://localhost:4000';
/** A page that Twilio could not answer is asked for again. */
const TRIES = 3;
const RETRY_AFTER_MS = 2_000;
const PARTS = ['recording', 'entry', 'task', 'email'];

/** Said to people; anything else is a fault of this script. */
class Refusal extends Error {}

/** @returns what was asked for @throws Refusal for what cannot be meant */
function readRequest(args, environment) {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      url: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { from, to = from, json } = values;
  const isDay = (text) => /^\d{4}-\d\d-\d\d$/.test(text ?? '');
  if (!isDay(from) || !isDay(to)) throw new Refusal('Name a period: --from 2026-11-01 --to 2026-11-30');
  const url = new URL(values.url ?? environment.FUNCTIONS_URL ?? LOCAL_URL);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !isLocal) throw new Refusal('Use https: the token must not be read on its way.');
  const { OUTBOX_TOKEN: outboxToken, FLEX_TOKEN: flexToken } = environment;
  if (!outboxToken && !flexToken) throw new Refusal('Set OUTBOX_TOKEN or FLEX_TOKEN in the environment.');
  return { from, to, json, origin: url.origin, outboxToken, flexToken };
}

/**
 * Asks page by page.
 * @param onPage hears each response
 * @returns the last response, with all items
 * @throws Refusal with what the Function says
 */
async function runReconciliation(request, { fetch, pause, onPage = () => undefined }) {
  const items = [];
  let cursor;
  for (;;) {
    const page = await askWithRetry(request, cursor, fetch, pause);
    items.push(...page.items);
    onPage(page);
    cursor = page.cursor;
    if (cursor === undefined) return { ...page, items };
  }
}

async function askWithRetry(request, cursor, fetch, pause) {
  for (let tries = 1; ; tries += 1) {
    const { status, body } = await ask(request, cursor, fetch);
    if (status === 200) return body;
    const mayRetry = (status === 429 && body.code === 'rate-limited') || status >= 500;
    if (!mayRetry || tries === TRIES)
      throw new Refusal(
        `The Function answered ${status} ${body.code ?? ''}: ${body.message ?? ''} ${body.advice ?? ''}`,
      );
    await pause(RETRY_AFTER_MS);
  }
}

async function ask({ origin, from, to, outboxToken, flexToken }, cursor, fetch) {
  const fields = { Action: 'run', From: from, To: to, ...(cursor === undefined ? {} : { Cursor: cursor }) };
  const isScheduler = Boolean(outboxToken);
  const answer = await fetch(`${origin}${FEATURE}/${isScheduler ? 'email' : 'flex'}/reconcile`, {
    method: 'POST',
    headers: isScheduler ? { authorization: `Bearer ${outboxToken.split(',')[0]}` } : {},
    body: new URLSearchParams(isScheduler ? fields : { ...fields, Token: flexToken }),
  });
  const text = await answer.text();
  try {
    return { status: answer.status, body: JSON.parse(text) };
  } catch {
    return { status: answer.status === 200 ? 502 : answer.status, body: { message: 'No JSON came back.' } };
  }
}

/** What is printed for people. */
function describe({ items, totals, record, chain }, { from, to }) {
  const count = (value) => value.toLocaleString('en-US');
  const rows = [
    ['complete', totals.complete],
    ...Object.entries(totals.explained),
    ['unexplained', totals.unexplained],
  ].filter(([, value]) => value > 0);
  const width = Math.max(12, ...rows.map(([name]) => name.length));
  const unexplained = items.filter((item) => item.class === 'unexplained');
  return [
    `${from} to ${to}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${count(value).padStart(7)}`),
    ...(totals.others > 0 ? [`  other recordings of the account: ${count(totals.others)}`] : []),
    ...(totals.unknown > 0 ? [`  too old to say whose they are: ${count(totals.unknown)}`] : []),
    ...unexplained.map((item) => {
      const missing = PARTS.filter((part) => item[part] === 'missing').join(', ');
      return `  ${item.at}  ${item.id}  ${item.queue || '-'}  missing: ${missing}`;
    }),
    `${count(totals.voicemails - totals.unexplained)} of ${count(totals.voicemails)}, ${count(totals.unexplained)} unexplained`,
    `record ${record.n}, sha256:${record.hash}; chain: ${chain.state}${chain.changedAt ? ` at ${chain.changedAt}` : ''}`,
  ].join('\n');
}

/** A result that is no reason for alarm: nothing unexplained, and no record changed by hand. */
const isInOrder = ({ totals, chain }) => totals.unexplained === 0 && chain.state !== 'changed';

async function main() {
  const request = readRequest(process.argv.slice(2), process.env);
  const onPage = ({ progress }) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${progress.done} of ${progress.days} days `);
  };
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const result = await runReconciliation(request, { fetch, pause, onPage });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(request.json ? JSON.stringify(result, undefined, 2) : describe(result, request));
  return isInOrder(result) ? 0 : 1;
}

if (import.meta.url === pathToFileURL(path.resolve(process.argv[1] ?? '')).href) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof Refusal || error?.code?.startsWith?.('ERR_PARSE_ARGS') ? error.message : error);
    process.exitCode = 2;
  }
}
