import { PARTS } from './parts';
import type { Inspection, Part, PartContext, PartId } from './parts/part';
import type { PlannedStep } from './plan';
import type { StateFile } from './state-file';

/** One line of a plan. */
export interface PlanLine {
  part: PartId;
  title: string;
  step: PlannedStep;
}

/** What a set-up would do now. Changes nothing. @throws SetupError */
export async function planSetup(context: PartContext, parts: readonly Part[] = PARTS): Promise<PlanLine[]> {
  const lines: PlanLine[] = [];
  for (const part of parts) lines.push(toLine(part, await part.inspect(context)));
  return lines;
}

export const isToDo = ({ step: { action } }: PlanLine): boolean => action !== 'keep' && action !== 'skip';

/**
 * Does it, one thing after the other. Each is looked at again right before: a command that was killed is continued, and
 * what somebody else did meanwhile stays.
 */
export async function carryOutSetup(
  context: PartContext,
  state: StateFile,
  parts: readonly Part[] = PARTS,
): Promise<void> {
  for (const part of parts) {
    const inspection = await part.inspect(context);
    const { action, before } = inspection;
    if (action === 'keep' || action === 'skip') {
      if (state.state.parts[part.id]?.isDone === false) state.done(part.id);
      continue;
    }
    context.say(`${part.title}: ${action === 'create' ? 'creating' : 'changing'}`);
    state.begin(part.id, { isOurs: action === 'create', before });
    await part.carryOut(context, inspection);
    state.done(part.id);
  }
}

/** What an uninstallation would do now. Changes nothing. */
export async function planUninstall(
  context: PartContext,
  state: StateFile,
  parts: readonly Part[] = PARTS,
): Promise<PlanLine[]> {
  const lines: PlanLine[] = [];
  for (const part of backwards(parts)) lines.push(toLine(part, await inspectUndo(part, context, state)));
  return lines;
}

/** Undoes what was set up, the last thing first, so that callers never meet a half of it. */
export async function carryOutUninstall(
  context: PartContext,
  state: StateFile,
  parts: readonly Part[] = PARTS,
): Promise<void> {
  for (const part of backwards(parts)) {
    const inspection = await inspectUndo(part, context, state);
    if (inspection.action !== 'keep' && inspection.action !== 'skip') {
      context.say(`${part.title}: ${inspection.action === 'delete' ? 'deleting' : 'restoring'}`);
      await part.undo(context, inspection, state.state.parts[part.id]?.before);
    }
    state.forget(part.id);
  }
}

function inspectUndo(part: Part, context: PartContext, { state }: StateFile): Promise<Inspection> {
  const record = state.parts[part.id];
  return part.inspectUndo(context, record?.before, record?.isOurs === true);
}

const backwards = (parts: readonly Part[]) => [...parts].reverse();
const toLine = ({ id, title }: Part, step: PlannedStep): PlanLine => ({ part: id, title, step });
