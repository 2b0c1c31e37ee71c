interface Problem {
  code: number;
  message: string;
  /** Where in the request, e.g. `$.content.text`. */
  context: string | null;
}

/** An answer of Twilio's Email API: a status and `{errors: [{code, message, infoUrl, context}]}`. */
export class TwilioEmailError extends Error {
  readonly problems: readonly Problem[];
  constructor(
    readonly status: number,
    problems: readonly Omit<Problem, 'code'>[] | string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** True when the real API might accept this: it is the sandbox that does not. */
    readonly notModeled = false,
  ) {
    const list = typeof problems === 'string' ? [{ message: problems, context: null }] : problems;
    super(list.map(({ message, context }) => (context === null ? message : `${context} ${message}`)).join('; '));
    this.name = 'TwilioEmailError';
    // As Twilio's other APIs number what is wrong with a request: 20001, 20404, 20429 …
    const code = status === 400 ? 20001 : 20000 + status;
    this.problems = list.map((problem) => ({ code, ...problem }));
  }

  get body(): unknown {
    return {
      errors: this.problems.map(({ code, message, context }) => ({
        ...{ code, message, context },
        infoUrl: `https://www.twilio.com/docs/api/errors/${code}`,
      })),
    };
  }
}
