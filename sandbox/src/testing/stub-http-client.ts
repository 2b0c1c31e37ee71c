import RequestClient from 'twilio/lib/base/RequestClient';

/**
 * An HTTP client for the official SDK that sends every request to the sandbox: `https://<host><path>` becomes
 * `<stubUrl>/<host><path>`.
 * @param stubUrl `http://127.0.0.1:<port>`
 */
export function stubHttpClient(stubUrl: string): RequestClient {
  return new StubHttpClient(stubUrl);
}

class StubHttpClient extends RequestClient {
  constructor(private readonly stubUrl: string) {
    super();
  }

  override request<TData>(options: RequestClient.RequestOptions<TData>) {
    // Not parsed: a URL object would normalise what the SDK wrote, and hide a mistake in it.
    return super.request({ ...options, uri: options.uri.replace(/^https:\/\//, `${this.stubUrl}/`) });
  }
}
