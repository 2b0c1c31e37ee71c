import { existsSync } from 'node:fs';
import path from 'node:path';
import { absentDocuments, brokenLinks, longLines, type TextFile, withoutCode } from './documents';
import { ROOT, readText, repositoryFiles } from './repository';

const SOURCES = /\.(md|ts|tsx|js|cjs|mjs|css|html|yml|sh)$/;
const files = repositoryFiles();
const sources: TextFile[] = files
  // These checks name what they look for.
  .filter((file) => SOURCES.test(file) && !file.startsWith('checks/'))
  .map((file) => ({ file, text: readText(file) }));
const markdown = sources.filter(({ file }) => file.endsWith('.md'));
const exists = (file: string) => existsSync(path.join(ROOT, file));
const records = files.filter((file) => file.startsWith('docs/adr/')).map((file) => path.basename(file));

describe('the repository', () => {
  test('names no document that it does not hold', () => {
    expect(sources.flatMap((source) => absentDocuments(source, exists, records))).toEqual([]);
  });

  test('has no broken link in a document', () => {
    expect(markdown.flatMap((document) => brokenLinks(withoutCode(document), markdown, exists))).toEqual([]);
  });

  test('has no line over 120 characters in a document', () => {
    expect(markdown.flatMap(longLines)).toEqual([]);
  });

  test('lists every decision record', () => {
    const index = readText('docs/adr/README.md');
    expect(records.filter((record) => record !== 'README.md' && !index.includes(`(${record})`))).toEqual([]);
  });
});

describe('the check of documents', () => {
  const none = () => false;

  test.each([
    '// as DESIGN says',
    '/** The gate (PROTOCOLS.md 4). */',
    '// PLATFORM-FACTS 3.4',
    '// toolchain/FINDINGS.md, 1',
    '// one primary action (UX)',
    '// docs/adr/0099-nothing.md says why',
    '// see ADR 0099',
    '// see docs/adr/0099',
    '// see HOUSE.md 3',
    '// see NOTES.md',
  ])('finds the absent document in %j', (text) => {
    expect(absentDocuments({ file: 'a.ts', text }, none, ['0001-ledger-entry.md'])).toHaveLength(1);
  });

  test('accepts a document that exists', () => {
    const text = '// docs/adr/0001-ledger-entry.md, ADR 0001, https://www.twilio.com/docs/sync/limits.md';
    expect(absentDocuments({ file: 'a.ts', text }, () => true, ['0001-ledger-entry.md'])).toEqual([]);
  });

  test('finds links to absent files and headings', () => {
    const document = { file: 'docs/a.md', text: '# A title\n[x](b.md)\n[y](#no-title)\n[z](#a-title)\n[r]: c.md' };
    expect(brokenLinks(document, [document], (file) => file === 'docs/a.md')).toEqual([
      'docs/a.md:2 links to docs/b.md, which does not exist',
      'docs/a.md:3 links to docs/a.md#no-title, a heading that does not exist',
      'docs/a.md:5 links to docs/c.md, which does not exist',
    ]);
  });

  test('finds a line of 121 characters', () => {
    expect(longLines({ file: 'a.md', text: `${'x'.repeat(120)}\n${'x'.repeat(121)}` })).toEqual([
      'a.md:2 has 121 characters; the limit is 120',
    ]);
  });
});
