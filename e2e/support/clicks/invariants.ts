import type { Harness } from '../harness';
import type { Clicked } from './click';

/** What must hold of the task of an entry after any click. */
const OPEN = ['pending', 'reserved', 'assigned', 'wrapping'];

export const entryIdOf = ({ attributes }: { attributes: Record<string, unknown> }) =>
  (attributes.callback_and_voicemail as { voicemail_id: string }).voicemail_id;
export const tasksOf = (harness: Harness, id: string) =>
  harness.productTasks().filter((task) => entryIdOf(task) === id);
export const openTasksOf = (harness: Harness, id: string) =>
  tasksOf(harness, id).filter(({ assignmentStatus }) => OPEN.includes(assignmentStatus));

interface TaskStep {
  state: string;
  sid?: string;
  closed?: true;
}
export const taskStep = async (harness: Harness, id: string) =>
  ((await harness.document(id)) as { task: TaskStep }).task;

/** One task for what was promised, and the entry knows it. */
export async function problemsOfOneTask(harness: Harness, id: string): Promise<string[]> {
  const open = openTasksOf(harness, id);
  const step = await taskStep(harness, id);
  if (open.length !== 1) return [`${open.length} open tasks, the entry's task is ${step.state}`];
  return step.sid === open[0]!.sid ? [] : [`the entry has another task (${step.state})`];
}

/** An agent handles what they hold: nothing is left of it. */
export function handling(harness: Harness, id: string): Pick<Clicked, 'handle' | 'problemsWhenHandled'> {
  let wasHandled = false;
  return {
    async handle() {
      for (const { sid, assignmentStatus } of openTasksOf(harness, id)) {
        if (assignmentStatus !== 'assigned') continue;
        wasHandled = true;
        harness.world.tasks.update(sid, { assignmentStatus: 'completed' });
      }
    },
    async problemsWhenHandled() {
      if (!wasHandled) return [];
      const step = await taskStep(harness, id);
      const open = openTasksOf(harness, id).length;
      return open === 0 && step.closed ? [] : [`handled, and ${open} tasks are open; the entry says ${step.state}`];
    },
  };
}
