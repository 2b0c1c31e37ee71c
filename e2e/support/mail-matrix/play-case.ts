import type { MailProviderName } from '../../../sandbox/src/world/types';
import { type FaultTarget, faultTargets } from '../fault-modes';
import { type Harness, openHarness } from '../harness';
import { isQuestion, isSending, type MatrixFault } from './faults';
import { judge, openWork, type Verdict } from './judge';
import type { MatrixCall, MatrixCase } from './matrix-cases';
import { LATER_MS, PHASES, type Phase } from './phases';
import { forgetVoicemails } from './voicemails';

/** What became of a case. */
export interface PlayedCase extends MatrixCase, Verdict {}

const RECIPIENTS = ['ana@example.com', 'bob@example.com'];
/** Providers that cannot be asked what they have sent. */
const WITHOUT_RECORDS: readonly MailProviderName[] = ['sendgrid', 'smtp'];
/** Sweeps after which nothing may be left to do. */
const MAX_SWEEPS = 6;

export interface Matrix {
  harness: Harness;
  provider: MailProviderName;
  /** Signs her in: a token lives for some hours. */
  supervisor(): { token: string };
  /** The voicemails so far. */
  count: number;
}

export async function openMatrix(provider: MailProviderName): Promise<Matrix> {
  const harness = await openHarness({
    mailProviders: [provider],
    environment: { VOICEMAIL_EMAILS_PER_CALLER_AND_HOUR: '0' },
    settings: { recipients: RECIPIENTS.map((address) => ({ address })), send_when: 'recorded' },
  });
  await harness.createIndexMaps();
  const { sid: workerSid } = harness.signIn('sue', ['supervisor'], 'Offline');
  const supervisor = () => harness.world.flexTokens.issue({ identity: 'sue', roles: ['supervisor'], workerSid });
  return { harness, provider, supervisor, count: 0 };
}

/** The outside calls of each attempt, as runs without faults make them. Those of a daily errand are not among them. */
export async function recordCalls(matrix: Matrix): Promise<MatrixCall[]> {
  const found: MatrixCall[] = [];
  for (const phase of PHASES) {
    // The first one creates what later ones find.
    const [, ...rounds] = [
      await recordAttempt(matrix, phase),
      await recordAttempt(matrix, phase),
      await recordAttempt(matrix, phase),
    ];
    const isAlwaysMade = ({ name }: FaultTarget) => rounds.every((round) => round.some((one) => one.name === name));
    found.push(...rounds[0]!.filter(isAlwaysMade).map((target) => ({ phase, target })));
  }
  return found;
}

async function recordAttempt(matrix: Matrix, phase: Phase): Promise<FaultTarget[]> {
  const voicemail = await next(matrix, phase);
  const mark = matrix.harness.requestCount();
  await phase.attempt(matrix.harness, voicemail, matrix.supervisor());
  return faultTargets(matrix.harness.requestsSince(mark));
}

async function next(matrix: Matrix, phase: Phase) {
  await forgetVoicemails(matrix.harness);
  await matrix.harness.advance(LATER_MS);
  matrix.count += 1;
  return phase.prepare(matrix.harness, matrix.count);
}

/** A mail goes twice only where nobody can say what became of the first one. */
function mayRepeat(provider: MailProviderName, target: FaultTarget, { isDeath, losesAnswer }: MatrixFault): boolean {
  if (!WITHOUT_RECORDS.includes(provider)) return isQuestion(target);
  return !isSending(target) || isDeath === true || losesAnswer === true;
}

/** Plays one case until nothing is left to do. */
export async function playCase(matrix: Matrix, one: MatrixCase): Promise<PlayedCase> {
  const { harness, provider, supervisor } = matrix;
  const { phase, target, fault } = one;
  const voicemail = await next(matrix, phase);
  let hasStruck = false;
  const stopListening = harness.world.eventLog.subscribe(({ source, level }) => {
    hasStruck ||= source === 'sandbox' && level === 'warning';
  });
  const disarm = fault.arm(harness, target);
  // Twilio may give up before another process has started.
  const isRepeated = fault.isDeath && matrix.count % 2 === 0;
  const bodies =
    fault.isDeath && phase.name === 'first'
      ? [await (await harness.redeliver(voicemail.webhook)).text()]
      : await phase.attempt(harness, voicemail, supervisor());
  disarm();
  stopListening();
  if (isRepeated && phase.name === 'first') {
    await harness.advance(10_000);
    bodies.push(...(await phase.attempt(harness, voicemail, supervisor())));
  }
  // What is not known to have failed may still come of it.
  if (fault.losesAnswer) await harness.runOutboxSweep();
  // What is carried out late is over by then.
  await harness.advance(60_000);
  for (let n = 0; n < MAX_SWEEPS && openWork(harness, voicemail.id).length > 0; n += 1) {
    await harness.advance(n === 0 && matrix.count % 4 === 0 ? 2 * 60_000 : LATER_MS);
    await harness.runOutboxSweep();
  }
  // With nothing left to do, a sweep does nothing.
  if (matrix.count % 8 === 0) {
    await harness.advance(LATER_MS);
    await harness.runOutboxSweep();
  }
  const verdict = judge(harness, voicemail.id, {
    recipients: RECIPIENTS,
    mayFail: fault.isRefusal === true,
    mayOmitRecording: fault.isTooLarge === true,
    mayRepeat: mayRepeat(provider, target, fault),
  });
  const { running, held } = harness.world.activity;
  if (running + held > 0) verdict.problems.push(`${running + held} connections are still open`);
  if (!hasStruck) verdict.problems.push('the fault struck nothing');
  for (const body of bodies)
    if (/\n\s+at |ECONN/.test(body) || harness.secrets().some((secret) => body.includes(secret)))
      verdict.problems.push(`an answer tells too much: ${body.slice(0, 100)}`);
  return { ...one, ...verdict };
}
