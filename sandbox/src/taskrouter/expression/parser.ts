import { ExpressionError } from './expression-error';
import { type Token, tokenize } from './tokens';

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
const KEYWORDS = new Set(['AND', 'OR', 'NOT', 'IN', 'HAS', 'CONTAINS', 'TRUE', 'FALSE', 'NULL']);

/**
 * Reads an expression: `OR` binds looser than `AND`, `AND` looser than `NOT`; every leaf is a comparison.
 * @throws ExpressionError
 */
export function parse(expression: string): Node {
  const tokens = tokenize(expression);
  let next = 0;
  const peek = (): Token => tokens[next]!;
  const fail = (expected: string): never => {
    throw new ExpressionError(`expected ${expected}`, expression, peek().at);
  };
  const acceptSymbol = (text: string): boolean => {
    const token = peek();
    if (token.kind !== 'symbol' || token.text !== text) return false;
    next += 1;
    return true;
  };
  const acceptKeyword = (text: string): boolean => {
    if (keywordOf(peek()) !== text) return false;
    next += 1;
    return true;
  };

  const parseOr = (): Node => {
    let node = parseAnd();
    while (acceptKeyword('OR')) node = { kind: 'or', left: node, right: parseAnd() };
    return node;
  };
  const parseAnd = (): Node => {
    let node = parseNot();
    while (acceptKeyword('AND')) node = { kind: 'and', left: node, right: parseNot() };
    return node;
  };
  const parseNot = (): Node => {
    if (acceptKeyword('NOT')) return { kind: 'not', inner: parseNot() };
    if (!acceptSymbol('(')) return parseComparison();
    const inside = parseOr();
    if (!acceptSymbol(')')) fail('")"');
    return inside;
  };
  const parseComparison = (): Node => {
    const left = parseOperand();
    const operator = parseOperator();
    return { kind: 'comparison', left, operator, right: parseOperand() };
  };
  const parseOperator = (): Operator => {
    for (const text of ['==', '!=', '<=', '>=', '<', '>'] as const) if (acceptSymbol(text)) return text;
    if (acceptSymbol('=')) return '==';
    for (const text of ['IN', 'HAS', 'CONTAINS'] as const) if (acceptKeyword(text)) return text;
    if (acceptKeyword('NOT')) return acceptKeyword('IN') ? 'NOT IN' : fail('IN after NOT');
    return fail('a comparison operator');
  };
  const parseOperand = (): Operand => {
    const token = peek();
    if (token.kind === 'string' || token.kind === 'number') {
      next += 1;
      return { kind: 'constant', value: token.value };
    }
    if (acceptSymbol('[')) return parseList();
    if (acceptKeyword('TRUE')) return { kind: 'constant', value: true };
    if (acceptKeyword('FALSE')) return { kind: 'constant', value: false };
    if (acceptKeyword('NULL')) return { kind: 'constant', value: null };
    if (token.kind !== 'name' || keywordOf(token) !== undefined) return fail('a value or a key');
    next += 1;
    return { kind: 'path', path: token.path };
  };
  const parseList = (): Operand => {
    const items: Operand[] = [];
    if (acceptSymbol(']')) return { kind: 'list', items };
    do items.push(parseOperand());
    while (acceptSymbol(','));
    if (!acceptSymbol(']')) fail('"," or "]"');
    return { kind: 'list', items };
  };

  const root = parseOr();
  if (peek().kind !== 'end') fail('AND, OR or the end');
  return root;
}

function keywordOf(token: Token): string | undefined {
  if (token.kind !== 'name') return undefined;
  const upper = token.text.toUpperCase();
  return KEYWORDS.has(upper) ? upper : undefined;
}
