import type { Invocation } from '../invocation';

/**
 * Deletes the transcriptions of a recording. They go before it: they cannot be found once it is gone.
 * @param known their sids, where they were listed before
 * @returns how many there were
 * @throws TwilioError when one of them is not known to be deleted
 */
export async function deleteTranscriptions(
  { twilio }: Pick<Invocation, 'twilio'>,
  recordingSid: string,
  known?: string[],
): Promise<number> {
  const sids = known ?? (await twilio.voice.listTranscriptions(recordingSid));
  await Promise.all(sids.map((sid) => twilio.voice.deleteTranscription(sid)));
  return sids.length;
}
