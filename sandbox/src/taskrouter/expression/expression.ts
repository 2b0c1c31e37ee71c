import { type Node, type Operand, type Operator, parse } from './parser';

export { ExpressionError } from './expression-error';

/** What keys are looked up in: the attributes of a task or worker, or `{task, worker}`. */
export type Document = Readonly<Record<string, unknown>>;

export interface Expression {
  readonly text: string;
  matches(document: Document): boolean;
}

/**
 * An expression of TaskRouter's SQL-like language (twilio.com/docs/taskrouter/expression-syntax), ready to be
 * evaluated.
 *
 * A key that is not there is null, and a comparison with null is false, also `!=` and `NOT IN`; only against the word
 * `null` does `==` ask whether the key is missing and `!=` whether it is there. Values of different types are never
 * equal. Scalar operators on arrays and array operators on scalars are false.
 * @throws ExpressionError
 */
export function compileExpression(text: string): Expression {
  const node = parse(text);
  return { text, matches: (document) => evaluate(node, document) };
}

function evaluate(node: Node, document: Document): boolean {
  if (node.kind === 'and') return evaluate(node.left, document) && evaluate(node.right, document);
  if (node.kind === 'or') return evaluate(node.left, document) || evaluate(node.right, document);
  if (node.kind === 'not') return !evaluate(node.inner, document);
  const left = operandValue(node.left, document);
  const right = operandValue(node.right, document);
  if (isNull(node.left) || isNull(node.right)) {
    return (node.operator === '==' && left === right) || (node.operator === '!=' && left !== right);
  }
  return left !== null && right !== null && compare(left, node.operator, right);
}

function compare(left: unknown, operator: Operator, right: unknown): boolean {
  switch (operator) {
    case 'IN':
      return isScalar(left) && Array.isArray(right) && right.includes(left);
    case 'NOT IN':
      return isScalar(left) && Array.isArray(right) && !right.includes(left);
    case 'HAS':
      return Array.isArray(left) && isScalar(right) && left.includes(right);
    case 'CONTAINS':
      return isScalar(left) && isScalar(right) && String(left).includes(String(right));
    case '==':
      return isScalar(left) && left === right;
    case '!=':
      return isScalar(left) && isScalar(right) && left !== right;
  }
  if (typeof left !== typeof right || !(typeof left === 'number' || typeof left === 'string')) return false;
  const other = right as typeof left;
  if (operator === '<') return left < other;
  if (operator === '<=') return left <= other;
  return operator === '>' ? left > other : left >= other;
}

function operandValue(operand: Operand, document: Document): unknown {
  if (operand.kind === 'constant') return operand.value;
  if (operand.kind === 'list') return operand.items.map((item) => operandValue(item, document));
  return valueAt(document, operand.path);
}

/** The value at a path of keys and indexes; null if there is none. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
    value = Reflect.get(value, step);
  }
  return value ?? null;
}

function isNull(operand: Operand): boolean {
  return operand.kind === 'constant' && operand.value === null;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
