/** First script of the page: redirection, sign-in, settings; before Flex's own bundle looks at any of them. */
import { connectRemotePeer } from './remote-peer';
import { readSettings } from './settings';
import { createRedirect, installShim } from './shim';

const { accountSid, token, identity, roles, expiration, flexUserSid, passthroughOrigins, appConfig } = readSettings();
const pageId = Math.random().toString(36).slice(2);
installShim(createRedirect(new URL(location.href), passthroughOrigins, pageId));

// All the sign-in there is: Flex looks for this and asks Tokens/Info about it (docs/flex-protocols.md 2).
localStorage.setItem(
  'TWILIO_FLEX_SSO',
  JSON.stringify({ token, identity, roles, expiration, flexUserSid, accountSid }),
);
// A kept copy would hide what the sandbox answers now (docs/flex-protocols.md 10).
localStorage.removeItem('FLEX_SDK_CACHE_ACCOUNT_CONFIG_DATA');
(window as unknown as { appConfig: unknown }).appConfig = appConfig;
connectRemotePeer(pageId);
