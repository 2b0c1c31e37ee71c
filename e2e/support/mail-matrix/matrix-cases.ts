import type { MailProviderName } from '../../../sandbox/src/world/types';
import type { FaultTarget } from '../fault-modes';
import { sampleCases } from '../sampling';
import { DEATHS, faultsOf, isQuestion, isSending, type MatrixFault, SMTP_HOST } from './faults';
import type { Phase } from './phases';

/** One request of one attempt. */
export interface MatrixCall {
  phase: Phase;
  target: FaultTarget;
}
/** One fault at it. */
export interface MatrixCase extends MatrixCall {
  fault: MatrixFault;
}

/** All that may happen at those calls. */
export const matrixCases = (calls: readonly MatrixCall[]): MatrixCase[] =>
  calls.flatMap((call) => [...faultsOf(call.target), ...DEATHS].map((fault) => ({ ...call, fault })));

/** So many faults at each command of a mail server, of which a mail needs several, and at what a provider is asked. */
const FAULTS_PER_COMMAND = 4;
const FAULTS_PER_QUESTION = 10;
/** At the upload of a mail, and at what makes a task. */
const FAULTS_PER_UPLOAD = 22;
const FAULTS_PER_TASK = 10;
const isTaskCreation = ({ name }: FaultTarget) => name === 'POST taskrouter/Tasks';
/** The index has several maps, all of which each attempt reads. */
const isIndexRead = ({ name }: FaultTarget) => /^GET sync\/Maps\/open-/.test(name);

const faultsPerCall = (target: FaultTarget): number => {
  if (isTaskCreation(target)) return FAULTS_PER_TASK;
  if (isQuestion(target)) return FAULTS_PER_QUESTION;
  if (isSending(target)) return target.match.host === SMTP_HOST ? FAULTS_PER_COMMAND : FAULTS_PER_UPLOAD;
  return 1;
};

/**
 * What an ordinary run plays, other cases each time: at each call a fault and a death, at the index's maps one of both,
 * and more of what may happen to a mail or a task. A soak run plays all cases.
 */
export function drawCases(provider: MailProviderName, calls: readonly MatrixCall[]): MatrixCase[] {
  return calls.flatMap((call) => {
    const { phase, target } = call;
    const draw = (faults: readonly MatrixFault[], count: number, kind: string) =>
      sampleCases(faults, count, `${provider} ${phase.name} ${target.name} ${kind}`).map((fault) => ({
        ...call,
        fault,
      }));
    const faults = faultsOf(target);
    if (isIndexRead(target)) return draw([...faults, ...DEATHS], 1, 'all');
    const count = faultsPerCall(target);
    return [...draw(faults, count, 'faults'), ...draw(DEATHS, count > 1 ? DEATHS.length : 1, 'deaths')];
  });
}
