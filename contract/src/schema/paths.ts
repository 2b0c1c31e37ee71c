import { unwrap } from './salvage';
import type { Schema } from './schema';

const INDEX = /^\d+$/;

/** The schema of what is at a path; undefined where there is none. */
export function schemaAt(schema: Schema, path: string): Schema | undefined {
  let current: Schema | undefined = unwrap(schema);
  for (const key of path.split('.')) {
    if (current?.kind === 'object') current = current.fields[key];
    else if (current?.kind === 'list' && INDEX.test(key)) current = current.of;
    else return undefined;
    current = current && unwrap(current);
  }
  return current;
}

/** A path with `*` for each index, as `PathOf` has it: `rules.*.recipients.*.address`. */
export function pathPattern(path: string): string {
  return path
    .split('.')
    .map((key) => (INDEX.test(key) ? '*' : key))
    .join('.');
}
