import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

/**
 * The variables of an environment: `.env`, then `.env.<environment>`, then the process's own, each before the ones before.
 * @param root the repository
 */
export function readEnvFiles(
  root: string,
  environment: string,
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const files = [path.join(root, '.env'), path.join(root, `.env.${environment}`)];
  const values = files.filter((file) => existsSync(file)).map((file) => parseEnv(readText(file)));
  return Object.assign({}, ...values, own);
}

/** Without the byte order mark that editors of Windows write: it would be a part of the first name. */
const readText = (file: string) => readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
