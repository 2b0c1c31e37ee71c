import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Kept in the repository; `sandbox/schemas/README.md` says where each comes from. */
const FOLDER = 'sandbox/schemas';

/**
 * A schema of the repository, read anew each time.
 * @param name relative to `sandbox/schemas`
 * @throws Error when the repository's copy is missing
 */
export function readSchema(name: string): unknown {
  return JSON.parse(readFileSync(join(schemaFolder(), name), 'utf8'));
}

/** The built server and the sources lie at different depths of the same checkout. */
function schemaFolder(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, FOLDER);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) throw new Error(`${FOLDER} is missing`);
  }
}
