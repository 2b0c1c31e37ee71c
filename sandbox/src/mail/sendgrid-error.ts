/** One thing that SendGrid finds wrong; its fields are written `personalizations.0.to.0.email`. */
interface Problem {
  message: string;
  field: string | null;
}

/** An answer SendGrid refuses with: a status and `{errors: [{message, field, help}]}`. */
export class SendGridError extends Error {
  readonly problems: readonly Problem[];
  constructor(
    readonly status: number,
    problems: readonly Problem[] | string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** True when the real SendGrid might accept this: it is the sandbox that does not. */
    readonly notModeled = false,
  ) {
    const list = typeof problems === 'string' ? [{ message: problems, field: null }] : problems;
    super(list.map(({ message, field }) => (field === null ? message : `${field}: ${message}`)).join('; '));
    this.name = 'SendGridError';
    this.problems = list;
  }

  get body(): unknown {
    return { errors: this.problems.map(({ message, field }) => ({ message, field, help: null })) };
  }
}
