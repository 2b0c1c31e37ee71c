/** Why a command cannot go on, and what to do about it. The message holds no secret, number or address. */
export class SetupError extends Error {
  /**
   * @param code names the reason in JSON output
   * @param advice one sentence: what to do
   */
  constructor(
    readonly code: string,
    message: string,
    readonly advice: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'SetupError';
  }
}
