import type { FieldError } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';
import { FlexBadRequest } from '../runtime/errors';

/** Above what both documents may have together; more is not even read. */
const MAX_JSON_CHARACTERS = 64_000;
const MAX_DEPTH = 12;
/** Names that would reach into an object's prototype when copied. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** A refusal that says where something is wrong. */
export function validationError(
  code: 'invalid' | 'domain-not-allowed' | 'too-large',
  fields: FieldError[],
  message = 'What was sent cannot be saved',
): FlexBadRequest {
  return new FlexBadRequest(code, message, 'Put right what `fields` names.', code === 'too-large' ? 413 : 422, {
    fields,
  });
}

/**
 * A form field that holds a JSON object.
 * @returns undefined when it was not sent
 * @throws FlexBadRequest `too-large` or `invalid`
 */
export function jsonField(event: Record<string, unknown>, name: string): Record<string, unknown> | undefined {
  const text = event[name];
  if (text === undefined || text === '') return undefined;
  const path = name.toLowerCase();
  if (typeof text !== 'string') throw validationError('invalid', [{ path, code: 'malformed' }]);
  if (text.length > MAX_JSON_CHARACTERS) throw validationError('too-large', [{ path, code: 'too-long' }]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw validationError('invalid', [{ path, code: 'malformed' }], `${name} is no JSON`);
  }
  if (!isRecord(value) || !isSafeJson(value, 0)) throw validationError('invalid', [{ path, code: 'malformed' }]);
  return value;
}

function isSafeJson(value: unknown, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((item) => isSafeJson(item, depth + 1));
  if (!isRecord(value)) return true;
  return Object.entries(value).every(([key, item]) => !FORBIDDEN_KEYS.has(key) && isSafeJson(item, depth + 1));
}
