import { ExpressionError } from './expression-error';

export type Token = { at: number } & (
  | { kind: 'string'; value: string }
  | { kind: 'number'; value: number }
  /** A key of a document, or a word of the language: which of the two the parser knows. */
  | { kind: 'name'; path: readonly string[]; text: string }
  | { kind: 'symbol'; text: string }
  | { kind: 'end' }
);

const SPACE = /\s+/y;
const NUMBER = /-?(?:\d+(?:\.\d+)?|\.\d+)(?![\w.])/y;
const SYMBOL = /==|!=|<=|>=|[=<>()[\],]/y;
/**
 * twilio.com/docs/taskrouter/expression-syntax: dots for what is inside, brackets for a place in an array, no
 * hyphens.
 */
const NAME = /[A-Za-z_]\w*(?:\.\w+|\[\d+\])*/y;

/** Splits an expression into tokens. @throws ExpressionError at the first character that starts no token */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(expression)?.[0];
  };
  for (;;) {
    at += match(SPACE)?.length ?? 0;
    if (at >= expression.length) return [...tokens, { kind: 'end', at }];
    const first = expression[at]!;
    if (first === '"' || first === "'") {
      const { value, length } = readString(expression, at);
      tokens.push({ kind: 'string', value, at });
      at += length;
      continue;
    }
    const number = match(NUMBER);
    const symbol = match(SYMBOL);
    const name = match(NAME);
    if (number !== undefined) tokens.push({ kind: 'number', value: Number(number), at });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol, at });
    else if (name !== undefined) tokens.push({ kind: 'name', path: splitPath(name), text: name, at });
    else throw new ExpressionError(`unexpected ${JSON.stringify(first)}`, expression, at);
    at += (number ?? symbol ?? name)!.length;
  }
}

function readString(expression: string, at: number): { value: string; length: number } {
  const quote = expression[at];
  let value = '';
  for (let end = at + 1; end < expression.length; end += 1) {
    const character = expression[end]!;
    if (character === quote) return { value, length: end + 1 - at };
    // Not in the documents; a name with an apostrophe could not be looked for otherwise.
    if (character === '\\' && end + 1 < expression.length) end += 1;
    value += expression[end];
  }
  throw new ExpressionError('a string that does not end, begun', expression, at);
}

function splitPath(name: string): string[] {
  return name.split(/[.[\]]+/).filter((step) => step !== '');
}
