import type { TextFile } from './documents';

/** Commands of npm itself. */
const NPM_COMMANDS = new Set(['start', 'test']);
const NPM_SCRIPT = /\bnpm (?:run ([a-z][\w:-]*)|(start|test)\b)/g;
const FENCED = /^( *)```(\w*)\n([\s\S]*?)^\1```/gm;

/** @returns the scripts that a text calls by `npm run`, `npm start` or `npm test` */
function namedScripts(text: string): string[] {
  return [...text.matchAll(NPM_SCRIPT)].map(([, script, command]) => script ?? command!);
}

/**
 * @param scripts of all package.json files
 * @returns one line for each command in a document that no package.json has
 */
export function absentScripts({ file, text }: TextFile, scripts: ReadonlySet<string>): string[] {
  return namedScripts(text)
    .filter((name) => !scripts.has(name) && !NPM_COMMANDS.has(name))
    .map((name) => `${file} names npm run ${name}, which no package.json has`);
}

/** @returns one line for each block that says it is JSON and is not */
export function brokenJson({ file, text }: TextFile): string[] {
  return [...text.matchAll(FENCED)].flatMap(([, , language, code]) => {
    if (language !== 'json') return [];
    try {
      JSON.parse(code!);
      return [];
    } catch (error) {
      return [`${file}: ${(error as Error).message}`];
    }
  });
}

/** @returns what the text has between two marks; @throws Error when it does not have them, so that nothing is skipped */
export function between(text: string, begin: string, end: string): string {
  const start = text.indexOf(begin);
  const stop = text.indexOf(end, start + begin.length);
  if (start < 0 || stop < 0) throw new Error(`There is no "${begin}" … "${end}"`);
  return text.slice(start + begin.length, stop);
}

/** @returns the first group of each match; @throws Error when there is none */
export function everyMatch(text: string, pattern: RegExp): string[] {
  const found = [...text.matchAll(pattern)].map(([, group]) => group!);
  if (found.length === 0) throw new Error(`Nothing matches ${pattern}`);
  return found;
}

/** @returns the names that a text does not have as code: between backticks, alone or with others */
export function undocumented(names: readonly string[], text: string): string[] {
  const documented = new Set([...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code!.split(/[\s,=:.…]+/)));
  return names.filter((name) => !documented.has(name));
}

/** @returns the code in the first cells of a Markdown table's rows, below the heading line `| head … |` */
export function firstCells(text: string, head: string): string[] {
  const table = between(`${text}\n\n`, `\n| ${head} |`, '\n\n');
  return everyMatch(table, /^\| (`[^|]+) \|/gm).flatMap((cell) => everyMatch(cell, /`([^`]+)`/g));
}
