import { isRecord } from '@callback-and-voicemail/contract/schema';
import type { Invocation } from '../invocation';
import { isProofOf } from '../notification/message-proof';
import { type Environment, splitKeys } from '../runtime/environment';
import { BadRequest, ConfigurationError } from '../runtime/errors';
import type { FormFields } from '../runtime/form-fields';
import { isSame } from '../runtime/signing';
import { groupByEntry, recordAll } from './record-deliveries';
import { readSendGridEvent } from './sendgrid-event';
import { isSignedBySendGrid } from './sendgrid-signature';

/**
 * Records what a request of SendGrid's Event Webhook reports. The URL has our token; each event must prove that it is
 * about a mail of ours, or the request as a whole that it is SendGrid's (ADR 0129). Others are left out.
 * @throws BadRequest 403 without the token, 503 when there was no time for all: SendGrid repeats it; ConfigurationError
 *   without a token to compare with; TwilioError when Sync is out of reach
 */
export async function handleSendGridEvents(
  invocation: Invocation,
  fields: FormFields,
  headers: Record<string, unknown>,
): Promise<void> {
  const { environment, log } = invocation;
  requireToken(environment, fields.token);
  const list = readList(fields);
  const { SENDGRID_WEBHOOK_PUBLIC_KEY: publicKey } = environment.values;
  const isSigned = publicKey !== undefined && isSignedBySendGrid(publicKey, headers, list, Date.now());
  if (publicKey !== undefined && !isSigned) log.warn('signature not verified', { code: 'sendgrid-signature' });
  const events = list.flatMap((data) => {
    const read = readSendGridEvent(data, Date.now());
    return read !== undefined && (isSigned || isProofOf(environment, read.event.messageId, read.proof))
      ? [read.event]
      : [];
  });
  if (!(await recordAll(invocation, groupByEntry(invocation, events))))
    throw new BadRequest('no-time-left', 'There was no time for all events', 'Send them again.', 503);
}

/**
 * The events of a request. The runtime copies the fields of a body over those of the query, and an array's fields are its
 * places: `0`, `1` … (@twilio/runtime-handler 2.0.1, `constructEvent`:
 * https://github.com/twilio-labs/serverless-toolkit/blob/main/packages/runtime-handler/src/dev-runtime/route.ts)
 */
export function readList(fields: FormFields): Record<string, unknown>[] {
  const list: Record<string, unknown>[] = [];
  for (let place = 0; isRecord(fields[place]); place += 1) list.push(fields[place] as Record<string, unknown>);
  return list;
}

function requireToken({ values }: Environment, given: unknown): void {
  const tokens = splitKeys(values.SENDGRID_WEBHOOK_TOKEN ?? '');
  if (tokens.length === 0)
    throw new ConfigurationError(
      'webhook-token-missing',
      'SENDGRID_WEBHOOK_TOKEN is missing or malformed',
      'Set it (at least 32 characters), and add ?token=… to the URL of the webhook.',
    );
  // No `some`: which one it is takes the same time.
  if (tokens.filter((token) => isSame(given, token)).length === 0)
    throw new BadRequest('token-wrong', 'The token is missing or wrong', 'Send SENDGRID_WEBHOOK_TOKEN.', 403);
}
