import type { Invocation } from '../invocation';
import { type Environment, splitKeys } from '../runtime/environment';
import { BadRequest, ConfigurationError } from '../runtime/errors';
import type { FormFields } from '../runtime/form-fields';
import { readMailgunEvent } from './mailgun-event';
import { checkMailgunSignature } from './mailgun-signature';
import { findReported, groupByEntry, recordDeliveries } from './record-deliveries';
import { useOnce } from './used-tokens';

/** The status for which Mailgun does not repeat a webhook; it repeats it for all others but 200. */
const NOT_TO_BE_REPEATED = 406;

/**
 * Records what a webhook of Mailgun's reports. Of mails that are none of ours nothing is kept.
 * @throws BadRequest 406 for a signature that is wrong, too old or was used before; ConfigurationError without the key;
 *   TwilioError when Sync is out of reach: then Mailgun repeats it
 */
export async function handleMailgunEvent(invocation: Invocation, fields: FormFields): Promise<void> {
  const { environment, twilio, log } = invocation;
  const verdict = checkMailgunSignature(requireKeys(environment), fields.signature, Date.now());
  if (!verdict.ok) throw refusal(verdict.code);
  const event = readMailgunEvent(fields['event-data'], Date.now());
  const [group] = event === undefined ? [] : groupByEntry(invocation, [event]);
  const reported = group === undefined ? undefined : await findReported(invocation, ...group);
  if (reported === undefined) return;
  const isFirst = await useOnce(twilio.sync, verdict.token, log, () => recordDeliveries(invocation, reported));
  if (!isFirst) throw refusal('signature-used');
}

const refusal = (code: string) =>
  new BadRequest(code, 'The signature is not accepted', 'Mailgun signs each webhook anew.', NOT_TO_BE_REPEATED);

function requireKeys({ values }: Environment): string[] {
  const keys = splitKeys(values.MAILGUN_WEBHOOK_SIGNING_KEY ?? '');
  if (keys.length > 0) return keys;
  throw new ConfigurationError(
    'webhook-key-missing',
    'MAILGUN_WEBHOOK_SIGNING_KEY is missing or malformed',
    'Set it to the HTTP webhook signing key that Mailgun shows under its API security.',
  );
}
