import { ExpressionError } from './expression-error';
import { type Token, tokensOf } from './tokens';

type Scalar = string | number | boolean | null;
export type Operand =
  | { kind: 'constant'; value: Scalar }
  | { kind: 'list'; items: readonly Operand[] }
  | { kind: 'path'; path: readonly string[] };
export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'IN' | 'NOT IN' | 'HAS' | 'CONTAINS';
export type Node =
  | { kind: 'and'; left: Node; right: Node }
  | { kind: 'or'; left: Node; right: Node }
  | { kind: 'not'; inner: Node }
  | { kind: 'comparison'; left: Operand; operator: Operator; right: Operand };

/** Words that are no keys, however they are written: `and` and `not in` are met in the wild as often as `AND`. */
const WORDS = new Set(['AND', 'OR', 'NOT', 'IN', 'HAS', 'CONTAINS', 'TRUE', 'FALSE', 'NULL']);

/**
 * Reads an expression: `OR` binds looser than `AND`, `AND` looser than `NOT`; every leaf is a comparison.
 * @throws ExpressionError
 */
export function parse(expression: string): Node {
  const tokens = tokensOf(expression);
  let next = 0;
  const peek = (): Token => tokens[next]!;
  const fail = (expected: string): never => {
    throw new ExpressionError(`expected ${expected}`, expression, peek().at);
  };
  const symbol = (text: string): boolean => {
    const token = peek();
    if (token.kind !== 'symbol' || token.text !== text) return false;
    next += 1;
    return true;
  };
  const word = (text: string): boolean => {
    if (wordOf(peek()) !== text) return false;
    next += 1;
    return true;
  };

  const either = (): Node => {
    let node = both();
    while (word('OR')) node = { kind: 'or', left: node, right: both() };
    return node;
  };
  const both = (): Node => {
    let node = negated();
    while (word('AND')) node = { kind: 'and', left: node, right: negated() };
    return node;
  };
  const negated = (): Node => {
    if (word('NOT')) return { kind: 'not', inner: negated() };
    if (!symbol('(')) return comparison();
    const inside = either();
    if (!symbol(')')) fail('")"');
    return inside;
  };
  const comparison = (): Node => {
    const left = operand();
    const operator = compared();
    return { kind: 'comparison', left, operator, right: operand() };
  };
  const compared = (): Operator => {
    for (const text of ['==', '!=', '<=', '>=', '<', '>'] as const) if (symbol(text)) return text;
    if (symbol('=')) return '==';
    for (const text of ['IN', 'HAS', 'CONTAINS'] as const) if (word(text)) return text;
    if (word('NOT')) return word('IN') ? 'NOT IN' : fail('IN after NOT');
    return fail('a comparison operator');
  };
  const operand = (): Operand => {
    const token = peek();
    if (token.kind === 'string' || token.kind === 'number') {
      next += 1;
      return { kind: 'constant', value: token.value };
    }
    if (symbol('[')) return list();
    if (word('TRUE')) return { kind: 'constant', value: true };
    if (word('FALSE')) return { kind: 'constant', value: false };
    if (word('NULL')) return { kind: 'constant', value: null };
    if (token.kind !== 'name' || wordOf(token) !== undefined) return fail('a value or a key');
    next += 1;
    return { kind: 'path', path: token.path };
  };
  const list = (): Operand => {
    const items: Operand[] = [];
    if (symbol(']')) return { kind: 'list', items };
    do items.push(operand());
    while (symbol(','));
    if (!symbol(']')) fail('"," or "]"');
    return { kind: 'list', items };
  };

  const whole = either();
  if (peek().kind !== 'end') fail('AND, OR or the end');
  return whole;
}

function wordOf(token: Token): string | undefined {
  if (token.kind !== 'name') return undefined;
  const upper = token.text.toUpperCase();
  return WORDS.has(upper) ? upper : undefined;
}
