/**
 * Why a callback's or voicemail's task ended although nobody handled it.
 *
 * - `expired`: nobody took it within its lifetime
 * - `workflow`: its workflow had no step left for it: the last one timed out, or no filter matched
 * - `assignments`: it was offered as often as TaskRouter allows
 * - `canceled`, `deleted`: a person or a program did that
 * - `not-created`: TaskRouter refused it for a task's whole lifetime
 * - `unknown`: TaskRouter knows neither the task nor what became of it
 */
export const TASK_LOSSES = [
  'expired',
  'workflow',
  'assignments',
  'canceled',
  'deleted',
  'not-created',
  'unknown',
] as const;
export type TaskLoss = (typeof TASK_LOSSES)[number];
