import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

describe('the built pages', () => {
  let outDir: string;
  beforeAll(() => {
    outDir = mkdtempSync(join(tmpdir(), 'built-pages-'));
    // build.mjs is an ES module and Jest runs CommonJS, so a child process imports it.
    const script = `import { buildWeb } from ${JSON.stringify(pathToFileURL(join(__dirname, '../../build.mjs')).href)};
      await buildWeb({ outDir: ${JSON.stringify(outDir)} });`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script]);
  });
  afterAll(() => rmSync(outDir, { recursive: true, force: true }));

  it('are all that a browser asks for', () => {
    expect(readdirSync(outDir).sort()).toEqual([
      'capture-worklet.js',
      'index.html',
      'main.js',
      'voicemail-sample.txt',
      'voicemail-sample.wav',
    ]);
  });

  it('load nothing from another site and hold no development code', () => {
    const code = readFileSync(join(outDir, 'main.js'), 'utf8');
    expect(code).not.toMatch(/@font-face|assets\.twilio\.com/);
    expect(code).not.toContain('You are running a development build');
    expect(code.length).toBeLessThan(1_500_000);
  });
});
