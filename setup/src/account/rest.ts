import twilio, { RequestClient } from 'twilio';
import type BaseClient from 'twilio/lib/base/RequestClient';
import { SetupError } from '../setup-error';
import type { Credentials } from './credentials';

/** What Twilio answered to a request that it did not carry out. */
export class TwilioRefusal extends SetupError {
  constructor(
    readonly status: number,
    /** Twilio's own error code, such as 20404. */
    readonly twilioCode: number | undefined,
    operation: string,
    words: string,
  ) {
    super(
      'twilio-refused',
      `Twilio answered ${status} to ${operation}${words === '' ? '' : `: ${words}`}`,
      adviceFor(status),
    );
  }
}

/** Only main keys and the auth token manage accounts and keys (twilio.com/docs/iam/api-keys). */
export const isForbidden = (error: unknown): boolean =>
  error instanceof TwilioRefusal && (error.status === 401 || error.status === 403);

function adviceFor(status: number): string {
  if (status === 401) return 'Check the account SID and its token or key.';
  if (status === 403) return 'The key may not do this: use the auth token, or a main key.';
  if (status === 429 || status >= 500) return 'Run the command again in a minute: what is done stays done.';
  return 'Correct what Twilio names, and run the command again: what is done stays done.';
}

export type Fields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
// biome-ignore lint/suspicious/noExplicitAny: answers are read field by field, each checked where it matters
export type Resource = Record<string, any>;

/** Twilio's REST APIs, with an account's credentials. */
export interface TwilioRest {
  readonly accountSid: string;
  /** Where a deployment's URL is asked: as it is, except in tests. */
  reach(url: string): string;
  /** @throws TwilioRefusal; @throws SetupError when Twilio cannot be reached */
  get(url: string): Promise<Resource>;
  /** @returns undefined when there is none */
  find(url: string): Promise<Resource | undefined>;
  /** All pages of a list. @param key the name of the list in the answer */
  list(url: string, key: string): Promise<Resource[]>;
  post(url: string, fields: Fields): Promise<Resource>;
  postJson(url: string, body: object): Promise<Resource>;
  /** Without an error where there is nothing to delete. */
  delete(url: string): Promise<void>;
  /** A file, as `multipart/form-data`. */
  upload(url: string, fields: Fields, file: { name: string; type: string; content: Uint8Array }): Promise<Resource>;
}

const PAGE_SIZE = 100;
const MAX_PAGES = 100;
/** Twilio says with 429 that the same request will be taken later; the SDK waits and asks again. */
const RETRIES = 3;

/**
 * @param stubUrl where requests go instead of Twilio, for tests: `http://127.0.0.1:port`
 */
export function openRest(credentials: Credentials, stubUrl?: string): TwilioRest {
  const { accountSid, username, password, edge } = credentials;
  const client = twilio(username, password, {
    accountSid,
    edge,
    autoRetry: true,
    maxRetries: RETRIES,
    ...(stubUrl === undefined ? {} : { httpClient: new StubClient(stubUrl) }),
  });
  const request = async (method: 'get' | 'post' | 'delete', uri: string, data?: object, json = false) => {
    const operation = `${method.toUpperCase()} ${withoutQuery(uri)}`;
    let answer: { statusCode: number; body: unknown };
    try {
      answer = await client.request({
        method,
        uri,
        ...(data === undefined ? {} : { data }),
        headers: { 'Content-Type': json ? 'application/json' : 'application/x-www-form-urlencoded' },
      });
    } catch (cause) {
      throw unreachable(operation, cause);
    }
    return { operation, status: answer.statusCode, body: parse(answer.body) };
  };
  const successful = ({ operation, status, body }: Awaited<ReturnType<typeof request>>): Resource => {
    if (status >= 200 && status < 300) return body;
    throw new TwilioRefusal(
      status,
      numberOr(body.code),
      operation,
      typeof body.message === 'string' ? body.message : '',
    );
  };
  return {
    accountSid,
    reach: (url) => (stubUrl === undefined ? url : toStub(stubUrl, url)),
    get: async (url) => successful(await request('get', url)),
    async find(url) {
      const answer = await request('get', url);
      return answer.status === 404 ? undefined : successful(answer);
    },
    async list(url, key) {
      const all: Resource[] = [];
      let next: string | undefined = withPageSize(url);
      for (let page = 0; next !== undefined && page < MAX_PAGES; page += 1) {
        const answer: Resource = successful(await request('get', next));
        all.push(...(answer[key] as Resource[]));
        next = nextPage(answer, next);
      }
      return all;
    },
    post: async (url, fields) => successful(await request('post', url, given(fields))),
    postJson: async (url, body) => successful(await request('post', url, body, true)),
    async delete(url) {
      const answer = await request('delete', url);
      if (answer.status !== 404) successful(answer);
    },
    async upload(url, fields, file) {
      const form = new FormData();
      for (const [name, value] of Object.entries(given(fields))) form.append(name, String(value));
      form.append('Content', new Blob([file.content as Uint8Array<ArrayBuffer>], { type: file.type }), file.name);
      const operation = `POST ${withoutQuery(url)}`;
      // The SDK sends no files.
      const answer = await fetch(stubUrl === undefined ? url : toStub(stubUrl, url), {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
        body: form,
      }).catch((cause: unknown) => {
        throw unreachable(operation, cause);
      });
      return successful({ operation, status: answer.status, body: parse(await answer.text()) });
    },
  };
}

/** The SDK's client, with all requests going to one server: `<server>/<host><path>`. */
class StubClient extends RequestClient {
  constructor(private readonly stubUrl: string) {
    super();
  }

  override request<Data>(options: BaseClient.RequestOptions<Data>) {
    return super.request<Data>({ ...options, uri: toStub(this.stubUrl, options.uri) });
  }
}

function toStub(stubUrl: string, url: string): string {
  const { host, pathname, search } = new URL(url);
  return `${stubUrl.replace(/\/$/, '')}/${host}${pathname}${search}`;
}

const unreachable = (operation: string, cause: unknown) =>
  new SetupError('twilio-unreachable', `No answer to ${operation}`, 'Check the network, and run the command again.', {
    cause,
  });

const withoutQuery = (url: string) => url.split('?')[0]!;
const numberOr = (value: unknown) => (typeof value === 'number' ? value : undefined);
const given = (fields: Fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function parse(body: unknown): Resource {
  if (typeof body !== 'string') return (body ?? {}) as Resource;
  try {
    return JSON.parse(body) as Resource;
  } catch {
    return {};
  }
}

function withPageSize(url: string): string {
  const parsed = new URL(url);
  parsed.searchParams.set('PageSize', String(PAGE_SIZE));
  return parsed.toString();
}

/** Two forms of paging: `meta.next_page_url` is whole, `next_page_uri` of the 2010 API a path. */
function nextPage(answer: Resource, url: string): string | undefined {
  const whole: unknown = answer.meta?.next_page_url;
  if (typeof whole === 'string') return whole;
  const path: unknown = answer.next_page_uri;
  return typeof path === 'string' ? new URL(path, url).toString() : undefined;
}
