import { badRequest } from '../world/twilio-error';

/** The parameters of one request, from query and form body, as text unless another type is requested. */
export class Fields {
  readonly #values: URLSearchParams;

  constructor(query: URLSearchParams, form: URLSearchParams) {
    this.#values = new URLSearchParams([...query, ...form]);
  }

  names(): string[] {
    return [...new Set(this.#values.keys())];
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    return this.#values.get(name) ?? undefined;
  }

  /** All values of a repeated parameter, as they are. */
  all(name: string): string[] {
    return this.#values.getAll(name);
  }

  /** All values of a repeated parameter; TaskRouter also takes them as one value with commas. */
  list(name: string): string[] {
    return this.#values.getAll(name).flatMap((value) => value.split(','));
  }

  /** @throws TwilioError 400 when the value is no whole number. */
  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^-?\d{1,15}$/.test(text)) throw badRequest(`${name} must be an integer, not "${text}"`);
    return Number(text);
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : text.toLowerCase() === 'true';
  }

  /** Milliseconds since 1970. @throws TwilioError 400 when the value is no ISO 8601 time. */
  time(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const at = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(at)) throw badRequest(`${name} must be an ISO 8601 date and time, not "${text}"`);
    return at;
  }

  /** Name -> value, or all values of a repeated parameter; for the event log. */
  toJSON(): Record<string, string | string[]> {
    return Object.fromEntries(
      this.names().map((name) => {
        const values = this.#values.getAll(name);
        return [name, values.length === 1 ? values[0]! : values];
      }),
    );
  }
}
