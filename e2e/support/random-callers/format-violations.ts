import path from 'node:path';
import { isSoak } from '../sampling';
import type { Batch } from './batch';
import type { Violation } from './invariants';

const MAX_CALLERS_SHOWN = 3;

/** What a person needs to understand a failing batch: the rules, the calls with all that happened, and how to replay. */
export async function formatViolations(batch: Batch, violations: readonly Violation[], file: string): Promise<string> {
  const { seed, number, calls } = batch;
  const lines = [
    `${violations.length} times something did not hold in batch ${number} of seed ${seed} (${batch.faultProfile}, settings ${JSON.stringify(batch.settings ?? 'none')}).`,
    `To repeat it: ${isSoak ? 'SOAK=1 ' : ''}npx jest --seed=${seed} ${path.relative(process.cwd(), file)} -t "batch ${number} "`,
    ...violations.map(({ rule, detail, callSid }) => `- ${rule}: ${detail} [${callSid ?? 'no call'}]`),
  ];
  const affectedPersons = new Set(
    violations.flatMap(({ callSid }) => calls.find(({ sid }) => sid === callSid)?.plan.person ?? []),
  );
  for (const person of [...affectedPersons].slice(0, MAX_CALLERS_SHOWN)) {
    const alike = calls.filter((one) => one.plan.person === person);
    lines.push('', `A caller from ${JSON.stringify(person.from)}, ${alike.length} call(s):`);
    for (const one of alike) lines.push(...(await formatCallTimeline(batch, one.sid)));
  }
  const faults = batch.events.filter(({ text }) => text.startsWith('FAULT'));
  lines.push('', 'Faults of the batch:', ...faults.map(({ at, text }) => `  ${seconds(batch, at)} ${text}`));
  return lines.join('\n');
}

async function formatCallTimeline(batch: Batch, callSid: string): Promise<string[]> {
  const { harness, events, calls } = batch;
  const call = calls.find(({ sid }) => sid === callSid)!;
  const logs = harness.functionLogs().filter((line) => line.includes(callSid));
  const webhooks = harness.voice.webhooks
    .filter((webhook) => webhook.callSid === callSid)
    .map(({ at, kind, url, params, result: answer }) => {
      const { pathname, search } = new URL(url);
      const keys = params.Digits === undefined ? '' : ` Digits=${params.Digits}`;
      return {
        at,
        text: `webhook ${kind} ${pathname.split('/').at(-1)}${search}${keys}: ${answer?.ok ? answer.status : JSON.stringify(answer)}`,
      };
    });
  const tasks = [...batch.tasks.values()]
    .filter(({ attributes }) => JSON.stringify(attributes).includes(callSid))
    .map(({ sid, createdAt, endedAt, status, reason, attributes }) => ({
      at: createdAt,
      text: `task ${sid} ${String(attributes.taskType ?? 'waiting')}: ${status} (${reason})${endedAt ? ` at ${seconds(batch, endedAt)}` : ''} ${JSON.stringify(attributes.callBackData ?? '')}`,
    }));
  const own = events.filter(
    (one) => one.callSid === callSid || (one.callSid === undefined && one.text.includes(callSid)),
  );
  const all = [...call.events, ...own, ...tasks, ...webhooks].sort((a, b) => a.at - b.at);
  const lines = [`  ${callSid}`, ...all.map(({ at, text }) => `  ${seconds(batch, at)} ${text}`)];
  for (const name of [`callback-${callSid}`, `voicemail-${callSid}-1`, `voicemail-${callSid}-2`]) {
    const document = await harness.document(name);
    if (document) lines.push(`  ledger ${name}: ${JSON.stringify(document)}`);
  }
  return [...lines, '  logs of the Functions, in their order:', ...logs.map((line) => `    ${line}`)];
}

const seconds = ({ startedAt }: Batch, at: number) => `${((at - startedAt) / 1_000).toFixed(3).padStart(10)} s`;
