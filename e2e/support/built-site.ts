import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** The documentation site, as `npm run docs:build` builds it. */
export interface BuiltSite {
  url: string;
  /** Paths of the pages from the site's root, such as `/install.html`. */
  pages: string[];
  /** Paths of all files. */
  files: string[];
  read(file: string): string;
  close(): Promise<void>;
}

const ROOT = path.resolve(__dirname, '../..');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
};

/**
 * Builds the site into a folder of its own and serves it.
 * @throws Error with what the build says when it fails, such as a link to a page that does not exist
 */
export async function buildSite(): Promise<BuiltSite> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'docs-site-'));
  await build(folder);
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => statSync(path.join(folder, file)).isFile())
    .map((file) => `/${file.replaceAll(path.sep, '/')}`);
  const known = new Set(files);
  const server = createServer(({ url = '/' }, response) => {
    const wanted = decodeURIComponent(new URL(url, 'http://localhost').pathname).replace(/\/$/, '/index.html');
    const file = known.has(wanted) ? wanted : '/404.html';
    response.statusCode = known.has(wanted) ? 200 : 404;
    response.setHeader('content-type', TYPES[path.extname(file)] ?? 'text/plain');
    response.end(readFileSync(path.join(folder, file)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pages: files.filter((file) => file.endsWith('.html') && file !== '/404.html'),
    files,
    read: (file) => readFileSync(path.join(folder, file), 'utf8'),
    async close() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function build(outDir: string): Promise<void> {
  const vitepress = createRequire(__filename).resolve('vitepress/package.json');
  const child = spawn(
    process.execPath,
    [path.join(path.dirname(vitepress), 'bin/vitepress.js'), 'build', 'docs', '--outDir', outDir],
    // Jest says that it tests; VitePress would then build for development.
    { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) =>
      status === 0 ? resolve() : reject(new Error(`The site does not build:\n${output}`)),
    );
  });
}
