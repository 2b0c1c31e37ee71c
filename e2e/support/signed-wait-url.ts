import {
  parseWaitSession,
  type WaitSession,
  waitUrlPath,
} from '../../serverless-functions/src/wait-experience/wait-session';

/**
 * A URL of the waiting loop with another state, signed as the product signs: for what only it could have written.
 * @param url the product's own
 */
export function changeWaitUrl(url: string, callSid: string, authToken: string, change: Partial<WaitSession>): string {
  const session = parseWaitSession(Object.fromEntries(new URL(url, 'https://example.com').searchParams));
  const path = waitUrlPath({ values: { AUTH_TOKEN: authToken }, problems: [] }, callSid, { ...session, ...change });
  return path.slice(path.indexOf('studio/'));
}
