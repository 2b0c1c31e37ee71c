import { isDeepStrictEqual } from 'node:util';

interface Filter {
  filter_friendly_name?: string;
  expression: string;
  targets: unknown[];
}
interface Configuration {
  task_routing: { filters?: Filter[]; default_filter?: { queue: string } };
}

/** The filters of ours: those that take callbacks and voicemails. */
const isOurs = ({ filter_friendly_name: name = '' }: Filter) => name.startsWith('Callback or voicemail,');

/**
 * Adds our filters to the callers' own workflow, before theirs: a callback keeps the attributes of its call, so that a
 * filter for calls would take it. Filters of theirs and the default stay as they are.
 * @param own the configuration of their workflow: JSON
 * @param ours the configuration that a workflow of our own would have
 * @returns JSON
 */
export function addFilters(own: string, ours: string): string {
  const theirs = JSON.parse(own) as Configuration;
  const added = ((JSON.parse(ours) as Configuration).task_routing.filters ?? []).filter(isOurs);
  const kept = (theirs.task_routing.filters ?? []).filter((filter) => !isOurs(filter));
  return JSON.stringify({ ...theirs, task_routing: { ...theirs.task_routing, filters: [...added, ...kept] } });
}

/** Takes our filters out again. @returns JSON */
export function removeFilters(own: string): string {
  const theirs = JSON.parse(own) as Configuration;
  const kept = (theirs.task_routing.filters ?? []).filter((filter) => !isOurs(filter));
  return JSON.stringify({ ...theirs, task_routing: { ...theirs.task_routing, filters: kept } });
}

/** True when two configurations route alike, however their JSON is written. */
export function isSameConfiguration(one: string, other: string): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(one), JSON.parse(other));
  } catch {
    return false;
  }
}
