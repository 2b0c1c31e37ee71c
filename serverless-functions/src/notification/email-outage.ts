import { type Infer, object, optional, timestamp } from '@callback-and-voicemail/contract/schema';

/** What is known of an outage of all email: one Sync document. Times are milliseconds since 1970. */
export const outageSchema = object({
  since: timestamp(),
  /** Until then somebody is telling people: one who dies in it, or has no time left, keeps it from nobody else. */
  tellingUntil: optional(timestamp()),
  /** When people were told of it by another way than email. */
  toldAt: optional(timestamp()),
});
export type EmailOutage = Infer<typeof outageSchema>;

/**
 * What a failed email makes of the outage. Pure.
 * @param known the outage that is stored, if there is one
 * @param lastSuccessAt when an email went out last
 * @param tellAfterMs how long an outage lasts before people are told
 * @returns `begin`: it begins now; `tell`: people are to be told, once; `wait`: nothing to do
 */
export function judgeOutage(
  known: EmailOutage | undefined,
  lastSuccessAt: number | undefined,
  now: number,
  tellAfterMs: number,
): 'begin' | 'tell' | 'wait' {
  const isOver = known === undefined || (lastSuccessAt !== undefined && lastSuccessAt > known.since);
  if (isOver) return 'begin';
  const isToldOf = known.toldAt !== undefined || (known.tellingUntil ?? now) > now;
  return !isToldOf && now - known.since >= tellAfterMs ? 'tell' : 'wait';
}
