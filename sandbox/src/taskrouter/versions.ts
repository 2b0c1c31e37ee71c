import { TwilioError } from '../world/twilio-error';

interface Versioned {
  sid: string;
  version: number;
}

/** The `ETag` of a task, worker or reservation. */
export function versionEtag({ version }: Pick<Versioned, 'version'>): string {
  return `"${version}"`;
}

/**
 * Checks `If-Match`; a request without one passes.
 * @throws TwilioError 412 when the resource has another version (https://www.twilio.com/docs/api/errors/20412)
 */
export function requireVersion({ sid, version }: Versioned, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return;
  const tags = ifMatch.split(',').map((tag) => tag.trim().replace(/^(W\/)?"|"$/g, ''));
  if (tags.includes('*') || tags.includes(`${version}`)) return;
  throw new TwilioError(412, 20412, `${sid} has changed since it was read: its ETag is not ${ifMatch}`);
}
