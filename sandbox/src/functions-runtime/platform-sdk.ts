/**
 * What `context.getTwilioClient(options)` does with its options on Twilio is published nowhere: the local runtime
 * (@twilio/runtime-handler 2.0.1, route.js) passes them on, and is only a stand-in. Here they have no effect, so that a
 * Function that relies on them fails in tests and not in an account.
 */
const APPLY = '(sdk, self, [accountSid, authToken]) => sdk(accountSid, authToken, { lazyLoading: true })';

/** A CommonJS module: the SDK at that path, as the runtime is to find it. */
export function platformSdkModule(sdkPath: string): string {
  return `module.exports = new Proxy(require(${JSON.stringify(sdkPath)}), { apply: ${APPLY} });`;
}

/** For Node's `--import`: the local runtime gets the SDK like that, the Functions get it as it is. */
export const PLATFORM_SDK_HOOK = `data:text/javascript,${encodeURIComponent(`
  import Module from 'node:module';
  const load = Module._load;
  Module._load = function (request, parent, ...rest) {
    const loaded = load.call(this, request, parent, ...rest);
    const isSdk = /requireFromProject\\.js$/.test(parent?.filename ?? '') && typeof loaded?.Twilio === 'function';
    return isSdk ? new Proxy(loaded, { apply: ${APPLY} }) : loaded;
  };
`)}`;
