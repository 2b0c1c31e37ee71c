/**
 * Why a TaskRouter workflow would lose callbacks and voicemails.
 *
 * - `missing`: the workspace has no such workflow
 * - `unreadable`: its configuration is not what TaskRouter documents
 * - `no-default-filter`: nothing takes a task that no filter matches, and TaskRouter cancels it
 * - `last-step-timeout`: the last step of a filter has a timeout, after which TaskRouter cancels the task
 * - `never-offered`: the last step of a filter matches no worker
 */
export const WORKFLOW_PROBLEMS = [
  'missing',
  'unreadable',
  'no-default-filter',
  'last-step-timeout',
  'never-offered',
] as const;
export type WorkflowProblem = (typeof WORKFLOW_PROBLEMS)[number];

/** A problem of one workflow. */
export interface WorkflowFinding {
  workflow: string;
  problem: WorkflowProblem;
  /** The filter's name, where the problem is one filter's. */
  filter?: string;
}
