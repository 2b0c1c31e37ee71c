/**
 * For Node's `--import`, also in `NODE_OPTIONS`, which further processes inherit: whatever the process sends by HTTPS to a host of Twilio's goes to the sandbox instead, as
 * `<url>/<host><path>`. So Twilio's own command line tools, which know no other address, can be tried against it.
 * @param url where the sandbox's REST hosts are
 * @param others further hosts that it stands for, such as mail providers
 */
export function redirectTwilioHosts(url: string, others: readonly string[] = []): string {
  return `data:text/javascript,${encodeURIComponent(`
    import http from 'node:http';
    import https from 'node:https';
    import { syncBuiltinESMExports } from 'node:module';
    const sandbox = new URL(${JSON.stringify(url)});
    const others = new Set(${JSON.stringify(others)});
    const isOurs = (given) => {
      const host = String(given ?? '').split(':')[0];
      return others.has(host) || /(^|\\.)(twilio\\.com|twil\\.io)$/.test(host);
    };
    const merge = (first, options) => {
      const parse = (text) => new URL(text);
      const address = typeof first === 'string' ? parse(first) : first instanceof URL ? first : undefined;
      const given = address ? options : first;
      if (!address) return { ...given };
      const { hostname, pathname, search, username, password } = address;
      const auth = username === '' ? {} : { auth: decodeURIComponent(username) + ':' + decodeURIComponent(password) };
      return { hostname, path: pathname + search, ...auth, ...(typeof given === 'object' ? given : {}) };
    };
    const { request } = https;
    https.request = function (first, ...rest) {
      const callback = rest.find((one) => typeof one === 'function');
      const options = merge(first, rest[0]);
      const host = options.hostname ?? options.host;
      if (!isOurs(host)) return request.call(this, first, ...rest);
      const { agent, agents, createConnection, servername, ...kept } = options;
      return http.request(
        {
          ...kept,
          protocol: 'http:',
          host: undefined,
          hostname: sandbox.hostname,
          port: sandbox.port,
          path: '/' + host + (options.path ?? '/'),
        },
        callback,
      );
    };
    https.get = (...all) => {
      const sent = https.request(...all);
      sent.end();
      return sent;
    };
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) => {
      const address = new URL(typeof input === 'object' && 'url' in input ? input.url : String(input));
      if (address.protocol !== 'https:' || !isOurs(address.hostname)) return fetch(input, init);
      return fetch(new URL('/' + address.hostname + address.pathname + address.search, sandbox), init);
    };
    syncBuiltinESMExports();
  `)}`;
}
