/**
 * `node checks/slow-patterns.mjs FILE…`: which regular expressions of these TypeScript files take longer than in
 * proportion to the length of a text, as JSON. It is no module of Jest's, in whose sandbox it takes five times as long.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

// It would look for Java first.
process.env.RECHECK_BACKEND = 'pure';
const { check } = await import('recheck');
const TIMEOUT_MS = 30_000;

/** Repetition without a limit; what is escaped or in brackets is no repetition. */
const isUnbounded = (source) => /[*+]|\{\d+,\}/.test(source.replace(/\\\\?./g, '').replace(/\[[^\]]*\]/g, 'x'));

/** The patterns of a file, and the arguments of `RegExp` where one is built. */
function readPatterns(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const patterns = [];
  const built = [];
  const visit = (node) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    const where = `${file}:${line + 1}`;
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      patterns.push({ where, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
    }
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp')
      built.push({ where, source: node.arguments?.[0]?.getText() ?? '' });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { patterns, built };
}

const files = process.argv.slice(2).map(readPatterns);
const patterns = files.flatMap((one) => one.patterns);
const built = files.flatMap((one) => one.built);
const slow = built
  .filter(({ source }) => isUnbounded(source))
  .map(({ where, source }) => `${where}: built with unlimited repetition: ${source}`);
const verdicts = new Map();
for (const { where, source, flags } of patterns) {
  if (!isUnbounded(source)) continue;
  const pattern = `/${source}/${flags}`;
  if (!verdicts.has(pattern))
    verdicts.set(pattern, await check(source, flags, { checker: 'automaton', timeout: TIMEOUT_MS }));
  const { status, complexity, error } = verdicts.get(pattern);
  if (status === 'vulnerable') slow.push(`${where}: ${complexity.summary}: ${source}`);
  if (status === 'unknown') slow.push(`${where}: not decided (${error.kind}): ${source}`);
}
console.log(JSON.stringify({ patterns: patterns.length, built: built.length, slow }));
