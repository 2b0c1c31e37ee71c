import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface FunctionsFolder {
  /** The project: its package.json, `dist/functions`, `dist/assets`. */
  dir: string;
  functionsDir: string;
  assetsDir: string;
  remove(): void;
}

/** A built Functions project with these files, e.g. `{'a.protected.js': 'exports.handler = …'}`. */
export function makeFunctionsFolder(
  functions: Record<string, string>,
  assets: Record<string, string | Buffer> = {},
): FunctionsFolder {
  const dir = mkdtempSync(join(tmpdir(), 'sandbox-functions-'));
  const functionsDir = join(dir, 'dist', 'functions');
  const assetsDir = join(dir, 'dist', 'assets');
  const write = (folder: string, name: string, content: string | Buffer) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  write(dir, 'package.json', JSON.stringify({ name: 'some-functions', version: '1.0.0', private: true }));
  for (const [name, content] of Object.entries(functions)) write(functionsDir, name, content);
  for (const [name, content] of Object.entries(assets)) write(assetsDir, name, content);
  return { dir, functionsDir, assetsDir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
