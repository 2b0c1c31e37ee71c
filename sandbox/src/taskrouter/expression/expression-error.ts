/** An expression that TaskRouter could not read; says what was expected and where. */
export class ExpressionError extends Error {
  /**
   * @param problem what is wrong, e.g. `expected a value`
   * @param expression the whole text
   * @param position index of the first character that does not fit, from 0
   */
  constructor(
    readonly problem: string,
    readonly expression: string,
    readonly position: number,
  ) {
    super(`${problem} at position ${position} of "${expression}"`);
    this.name = 'ExpressionError';
  }
}
