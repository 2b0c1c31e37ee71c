/** First script of the page: sets up redirection, sign-in and settings before Flex's bundle reads them. */
import { connectRemotePeer } from './remote-peer';
import { readSettings } from './settings';
import { createRedirect, installShim } from './shim';

const { accountSid, token, identity, roles, expiration, flexUserSid, passthroughOrigins, appConfig } = readSettings();
const pageId = Math.random().toString(36).slice(2);
installShim(createRedirect(new URL(location.href), passthroughOrigins, pageId));

// The whole sign-in: Flex reads this and requests Tokens/Info for it (docs/flex-protocols.md 2).
localStorage.setItem(
  'TWILIO_FLEX_SSO',
  JSON.stringify({ token, identity, roles, expiration, flexUserSid, accountSid }),
);
// A cached copy would hide the sandbox's current response (docs/flex-protocols.md 10).
localStorage.removeItem('FLEX_SDK_CACHE_ACCOUNT_CONFIG_DATA');
(window as unknown as { appConfig: unknown }).appConfig = appConfig;
connectRemotePeer(pageId);
