import { isUnknown, type State, UNKNOWN, type Value } from './dynamic-value';
import { goJson, type Json } from './go-json';
import type { AttributeType, ResourceType } from './resource-types';

/** What goes into a resource's state, and what of it into requests. Terraform's SDK and Twilio's code decide it there. */

const ZERO: Record<AttributeType, Value> = { string: '', number: 0, bool: false };

/** `friendly_name` as Twilio's parameter `FriendlyName`. */
const parameterName = (attribute: string) =>
  attribute
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** An id such as `WS…/WQ…`. */
const idOf = (type: ResourceType, state: State): string => type.id.map((part) => state[part] ?? '').join('/');

/** The state after `terraform import`, before the resource is read. @returns undefined for an id of another form */
export function importedState(type: ResourceType, id: string): State | undefined {
  const parts = id.split('/');
  if (parts.length !== type.id.length) return undefined;
  const state: State = { id };
  for (const name of Object.keys(type.attributes)) state[name] ??= null;
  for (const [index, name] of type.id.entries()) state[name] = parts[index] ?? null;
  return state;
}

/** What an apply would leave: what neither the configuration nor an earlier answer says is known after it. */
export function plannedState(type: ResourceType, prior: State | null, proposed: State | null): State | null {
  if (proposed === null || prior !== null) return proposed;
  const planned: State = {};
  for (const [name, { mode }] of Object.entries(type.attributes)) {
    const value = proposed[name] ?? null;
    planned[name] = value === null && mode !== 'required' ? UNKNOWN : value;
  }
  return planned;
}

/**
 * The parameters of a create or an update. Twilio's provider sends all that have a value; an empty text and zero count as
 * none, and a boolean always has one:
 * https://github.com/twilio/terraform-provider-twilio/blob/main/core/provider_marshal.go
 * @throws SyntaxError if an attribute that is JSON is not
 */
export function requestForm(type: ResourceType, planned: State, request: 'create' | 'update'): Record<string, string> {
  const form: Record<string, string> = {};
  for (const [name, attribute] of Object.entries(type.attributes)) {
    if (attribute.mode === 'computed' || name === 'id' || type.id.includes(name)) continue;
    if (request === 'create' && type.requestOnly.includes(name)) continue;
    const given = planned[name];
    const value = given === null || given === undefined || isUnknown(given) ? ZERO[attribute.type] : given;
    if (value === ZERO[attribute.type] && attribute.type !== 'bool') continue;
    form[parameterName(name)] = type.json.includes(name) ? goJson(JSON.parse(String(value)) as Json) : String(value);
  }
  return form;
}

/** The state after an answer of Twilio's. */
export function stateAfter(type: ResourceType, before: State, answer: Record<string, Json>): State {
  const state: State = {};
  for (const name of Object.keys(type.attributes)) {
    const kept = before[name] ?? null;
    const answered = answer[name];
    if (name === 'id' || type.requestOnly.includes(name) || answered === undefined)
      state[name] = isUnknown(kept) ? null : kept;
    else state[name] = type.json.includes(name) && answered !== null ? goJson(answered) : (answered as Value);
  }
  if (state.id === null) state.id = idOf(type, state);
  return state;
}
