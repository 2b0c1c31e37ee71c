/**
 * A webpack loader in the place of src/strings/strings.ts: the messages of each language as a list, in the order of the
 * keys, which are written once. Written as objects, each key is there once for each language, too far from the last time
 * for gzip to see: 18 KB that every agent's browser would fetch.
 */
const { readFileSync } = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

/** @param {(file: string) => void} onRead is told each file that is read */
function loadTypeScript(file, onRead) {
  onRead(file);
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020 },
  });
  const loaded = { exports: {} };
  const load = (name) => loadTypeScript(resolve(path.join(path.dirname(file), name)), onRead);
  new Function('module', 'exports', 'require', outputText)(loaded, loaded.exports, load);
  return loaded.exports;
}

/** `./th` is a file, and `./email-admin` a folder. */
function resolve(name) {
  try {
    return require.resolve(`${name}.ts`);
  } catch {
    return require.resolve(path.join(name, 'index.ts'));
  }
}

/** @returns what tells a language from an earlier variant of it, or all of it */
function toExpression(name, languages) {
  const names = Object.keys(languages);
  const variant = names.slice(0, names.indexOf(name)).find((one) => one.split('-')[0] === name.split('-')[0]);
  const own = languages[name];
  if (variant === undefined) return `all(${JSON.stringify(Object.keys(languages[names[0]]).map((key) => own[key]))})`;
  const base = languages[variant];
  const other = Object.entries(own).filter(([key, message]) => JSON.stringify(base[key]) !== JSON.stringify(message));
  return `Object.assign({}, LANGUAGES[${JSON.stringify(variant)}], ${JSON.stringify(Object.fromEntries(other))})`;
}

/** The module that the browser gets. */
function packStrings(file, onRead = () => undefined) {
  const { LANGUAGES: languages } = loadTypeScript(file, onRead);
  const [first] = Object.keys(languages);
  return [
    `const KEYS = ${JSON.stringify(Object.keys(languages[first]).join(' '))}.split(' ');`,
    'const all = (messages) => Object.fromEntries(KEYS.map((key, n) => [key, messages[n]]));',
    'export const LANGUAGES = {};',
    ...Object.keys(languages).map((name) => `LANGUAGES[${JSON.stringify(name)}] = ${toExpression(name, languages)};`),
    `export const enUS = LANGUAGES[${JSON.stringify(first)}];`,
  ].join('\n');
}

module.exports = function packStringsLoader() {
  return packStrings(this.resourcePath, (file) => this.addDependency(file));
};
module.exports.packStrings = packStrings;
