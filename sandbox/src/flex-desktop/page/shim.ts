/**
 * Sends everything the page asks of another origin to the sandbox: `https://HOST/path` becomes
 * `<own origin>/__twilio/HOST/path`. Flex has settings for a few of its hosts only, so it is done for all
 * (docs/flex-protocols.md 2).
 */
export interface Shim {
  /** The address in place of one; those of this page and of `passthroughOrigins` stay. */
  redirect(url: string): string;
}

/** @param pageId distinguishes this page's sockets from those of the same worker's other pages */
export function createRedirect(here: URL, passthroughOrigins: readonly string[], pageId: string): Shim['redirect'] {
  const passthroughHosts = new Map(
    passthroughOrigins.map((origin) => [new URL(origin).host, new URL(origin).protocol]),
  );
  return (given) => {
    let url: URL;
    try {
      url = new URL(given, here);
    } catch {
      return given;
    }
    if (!/^(https?|wss?):$/.test(url.protocol) || url.host === here.host) return given;
    const through = passthroughHosts.get(url.host);
    if (through !== undefined) {
      // Functions are https in production, and a plugin that knows only their domain uses https; here they are http.
      url.protocol = through;
      return url.href;
    }
    const socket = url.protocol.startsWith('ws');
    if (socket) url.searchParams.set('flex-page', pageId);
    return `${socket ? here.origin.replace(/^http/, 'ws') : here.origin}/__twilio/${url.host}${url.pathname}${url.search}`;
  };
}

const LOADING = /^(IMG|SCRIPT|LINK|AUDIO|VIDEO|SOURCE|IFRAME)$/;

/** Puts the redirection into every way a page can load something. Must run before any other script. */
export function installShim(redirect: Shim['redirect']): void {
  const nativeFetch = window.fetch;
  window.fetch = async (input, init) => {
    if (!(input instanceof Request)) return nativeFetch(redirect(String(input)), init);
    const url = redirect(input.url);
    if (url === input.url) return nativeFetch(input, init);
    const hasBody = input.method !== 'GET' && input.method !== 'HEAD';
    // A Request's body is a stream, which a browser sends over HTTP/1.1 only when it is read first.
    const body = hasBody ? await input.arrayBuffer() : undefined;
    const { method, headers, signal } = input;
    return nativeFetch(url, { method, headers, signal, body, ...init });
  };

  const open = XMLHttpRequest.prototype.open as (this: XMLHttpRequest, ...all: unknown[]) => void;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...[method, url, ...rest]: unknown[]) {
    return open.call(this, method, redirect(String(url)), ...rest);
  } as XMLHttpRequest['open'];

  window.WebSocket = new Proxy(window.WebSocket, {
    construct: (Native, [url, ...rest]: [string | URL, ...unknown[]]) =>
      Reflect.construct(Native, [redirect(String(url)), ...rest]) as WebSocket,
  });
  window.EventSource = new Proxy(window.EventSource, {
    construct: (Native, [url, ...rest]: [string | URL, ...unknown[]]) =>
      Reflect.construct(Native, [redirect(String(url)), ...rest]) as EventSource,
  });
  // The constructor does not go through the `src` setter.
  window.Audio = new Proxy(window.Audio, {
    construct: (Native, [url]: [string?]) =>
      Reflect.construct(Native, url === undefined ? [] : [redirect(url)]) as HTMLAudioElement,
  });
  const beacon = navigator.sendBeacon.bind(navigator);
  navigator.sendBeacon = (url, data) => beacon(redirect(String(url)), data);

  const settable: [{ prototype: object }, string][] = [
    [HTMLImageElement, 'src'],
    [HTMLScriptElement, 'src'],
    [HTMLLinkElement, 'href'],
    [HTMLMediaElement, 'src'],
    [HTMLSourceElement, 'src'],
    [HTMLIFrameElement, 'src'],
  ];
  for (const [{ prototype }, name] of settable) {
    const native = Object.getOwnPropertyDescriptor(prototype, name)!;
    Object.defineProperty(prototype, name, {
      ...native,
      set(this: Element, value: unknown) {
        native.set!.call(this, redirect(String(value)));
      },
    });
  }
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (this: Element, name: string, value: string) {
    const loads = (name === 'src' || name === 'href') && LOADING.test(this.tagName);
    setAttribute.call(this, name, loads ? redirect(String(value)) : value);
  };
}
