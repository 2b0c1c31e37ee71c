import { parseArgs } from 'node:util';
import { readEnvironmentName } from '../choices';
import { diagnose } from '../doctor/checks';
import type { Finding, Verdict } from '../doctor/finding';
import { readSnapshot } from '../doctor/read-snapshot';
import type { Io } from './io';
import { openAccount, readWhatIsDeployed } from './open-account';

const DOCTOR_USAGE = `npm run doctor -- [options]

Reads a Twilio account and says what is right, wrong or unknown, and what to do. Changes nothing without --fix.

  --environment dev|stage|prod   which one; default: dev
  --fix                          does what can be done by command, and looks again
  --json                         for programs: one JSON document

Ends with 0 when nothing is wrong, with 1 when something is.`;

const WORDS: Record<Verdict, string> = { right: 'ok     ', wrong: 'WRONG  ', unknown: 'unknown' };

/** @returns the exit code: 0 nothing is wrong; 1 something is */
export async function doctorCommand(args: readonly string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      environment: { type: 'string' },
      fix: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    io.say(DOCTOR_USAGE);
    return 0;
  }
  const environment = readEnvironmentName(values.environment);
  const asker = values.json ? undefined : await io.openAsker?.();
  const account = await openAccount(io, environment, asker);
  const { definitions, bundle, plugin } = readWhatIsDeployed(io.root);
  const look = async () =>
    diagnose(
      await readSnapshot({
        rest: account.rest,
        service: { name: definitions.functions.serviceName, suffix: definitions.functions.environments[environment]! },
        bundle,
        plugin,
        ...(io.lookUpTxt === undefined ? {} : { lookUpTxt: io.lookUpTxt }),
        ...(io.healthProblem === undefined ? {} : { healthProblem: io.healthProblem }),
      }),
    );
  let findings = await look();
  const fixed: string[] = [];
  if (values.fix) {
    for (const { fix } of findings) {
      if (fix === undefined) continue;
      await fix.apply(account.rest);
      fixed.push(fix.text);
    }
    if (fixed.length > 0) findings = await look();
  }
  report(io, findings, fixed, values.json);
  return findings.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
}

function report({ say }: Io, findings: readonly Finding[], fixed: readonly string[], isJson: boolean): void {
  const count = (verdict: Verdict) => findings.filter((one) => one.verdict === verdict).length;
  const counts = { right: count('right'), wrong: count('wrong'), unknown: count('unknown') };
  if (isJson) {
    const lines = findings.map(({ fix, ...finding }) => ({ ...finding, fixable: fix !== undefined }));
    say(JSON.stringify({ ...counts, fixed, findings: lines }, undefined, 2));
    return;
  }
  for (const text of fixed) say(`fixed   ${text}`);
  for (const { verdict, text, advice } of findings) {
    say(`${WORDS[verdict]} ${text}`);
    if (advice !== undefined) say(`        ${advice}`);
  }
  say(`${counts.right} right, ${counts.wrong} wrong, ${counts.unknown} unknown`);
}
