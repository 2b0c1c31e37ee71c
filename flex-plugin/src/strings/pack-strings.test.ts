import path from 'node:path';
import ts from 'typescript';
import { enUS, LANGUAGES } from './strings';

const { packStrings } = require('../../pack-strings') as {
  packStrings(file: string, onRead: (file: string) => void): string;
};

test('the browser gets the messages of all languages, each key written once', () => {
  const read: string[] = [];
  const source = packStrings(path.resolve(__dirname, 'strings.ts'), (file) => read.push(file));
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  const loaded: Record<string, unknown> = {};
  new Function('exports', outputText)(loaded);
  expect(loaded.LANGUAGES).toEqual(LANGUAGES);
  expect(loaded.enUS).toEqual(enUS);
  expect(source.split('HistoryDelivered')).toHaveLength(2);
  // What it reads is watched.
  expect(read.map((file) => path.basename(file))).toContain('th.ts');
});
