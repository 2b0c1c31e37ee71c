import { InProcessRequest, type InProcessResponse, isInProcess } from './in-process-http';

/** Twilio's Functions runtime puts its own class in the place of the global one. */
const NativeResponse = Response;

const DEFAULT_HEADERS = {
  connection: 'keep-alive',
  accept: '*/*',
  'accept-language': '*',
  'sec-fetch-mode': 'cors',
  'user-agent': 'node',
  'accept-encoding': 'gzip, deflate',
};

/**
 * Makes the global `fetch` reach servers of `listenInProcess`; every other address goes to the network as before.
 * Redirects are not followed: nothing that is tested this way redirects.
 * @returns a function that puts the native one back
 */
export function installInProcessFetch(): () => void {
  const native = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!isInProcess(url)) return native(input, init);
    if (input instanceof Request) {
      const { method, headers, signal } = input;
      const body = input.body && (await input.arrayBuffer());
      return fetchInProcess(url, { method, headers, signal, body, ...init });
    }
    return fetchInProcess(url, init ?? {});
  };
  return () => {
    globalThis.fetch = native;
  };
}

async function fetchInProcess(url: URL, init: RequestInit): Promise<Response> {
  const signal = init.signal ?? undefined;
  signal?.throwIfAborted();
  const { bytes, type } = await readBody(init.body);
  const headers: Record<string, string> = { ...DEFAULT_HEADERS };
  if (type !== undefined) headers['content-type'] = type;
  if (bytes) headers['content-length'] = String(bytes.length);
  for (const [name, value] of headerEntries(init.headers)) headers[name.toLowerCase()] = value;
  const method = init.method?.toUpperCase() ?? 'GET';

  return new Promise<Response>((resolve, reject) => {
    const request = new InProcessRequest(url, { method, headers });
    let body: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stopListening = () => signal?.removeEventListener('abort', onAbort);
    const fail = (error: unknown) => {
      stopListening();
      body?.error(error);
      reject(error);
    };
    const onAbort = () => {
      request.destroy();
      fail(signal!.reason);
    };
    signal?.addEventListener('abort', onAbort);
    request.on('error', (cause) => fail(new TypeError('fetch failed', { cause })));
    request.on('response', (response: InProcessResponse) => {
      const { statusCode: status, wholeBody } = response;
      const result = { status, headers: toHeaders(response.headers) };
      response.on('error', (cause) => fail(new TypeError('terminated', { cause })));
      response.on('end', stopListening);
      if (status === 204 || status === 304) return resolve(new NativeResponse(null, result));
      if (wholeBody) return resolve(new NativeResponse(new Uint8Array(wholeBody), result));
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          body = controller;
        },
        cancel: () => request.destroy(),
      });
      response.on('data', (chunk: Buffer) => body!.enqueue(new Uint8Array(chunk)));
      response.on('end', () => body!.close());
      resolve(new NativeResponse(stream, result));
    });
    request.end(bytes);
  });
}

async function readBody(body: RequestInit['body']): Promise<{ bytes?: Buffer; type?: string }> {
  if (body === undefined || body === null) return {};
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'text/plain;charset=UTF-8' };
  if (body instanceof URLSearchParams) {
    return { bytes: Buffer.from(body.toString()), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  }
  const request = new Request('http://in-process.invalid', { method: 'POST', body, duplex: 'half' } as RequestInit);
  const type = request.headers.get('content-type') ?? undefined;
  return { bytes: Buffer.from(await request.arrayBuffer()), type };
}

function headerEntries(headers: RequestInit['headers']): [string, string][] {
  if (headers === undefined) return [];
  if (Object.getPrototypeOf(headers) === Object.prototype) return Object.entries(headers as Record<string, string>);
  const entries: [string, string][] = [];
  new Headers(headers).forEach((value, name) => {
    entries.push([name, value]);
  });
  return entries;
}

function toHeaders(headers: InProcessResponse['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]));
}
