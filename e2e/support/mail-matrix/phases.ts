import { dieAtRequest } from '../fault-modes';
import type { Harness } from '../harness';
import { deliverWebhook, type ReportedVoicemail, recordVoicemail } from './voicemails';

/** An attempt at a voicemail's task and mail, at whose calls a fault strikes. */
export interface Phase {
  name: 'first' | 'retry' | 'sweep';
  /** @returns a voicemail for which that attempt is due */
  prepare(harness: Harness, n: number): Promise<ReportedVoicemail>;
  /** @returns what was answered */
  attempt(harness: Harness, voicemail: ReportedVoicemail, supervisor: { token: string }): Promise<string[]>;
}

/** By then providers' records are believed, leases have ended, and a retry is due. */
export const LATER_MS = 16 * 60_000;

export const PHASES: readonly Phase[] = [
  {
    name: 'first',
    prepare: recordVoicemail,
    attempt: (harness, { webhook }) => deliverWebhook(harness, webhook),
  },
  {
    // The answer to the mail was lost, and nobody has it.
    name: 'retry',
    async prepare(harness, n) {
      const voicemail = await recordVoicemail(harness, n);
      const remove = harness.faults.mail({ when: 'after-body', times: 1 });
      await deliverWebhook(harness, voicemail.webhook);
      remove();
      await harness.advance(LATER_MS);
      return voicemail;
    },
    attempt: async (harness) => [await (await harness.runOutboxSweep()).text()],
  },
  {
    // The invocation of the webhook died when it had claimed task and mail.
    name: 'sweep',
    async prepare(harness, n) {
      const voicemail = await recordVoicemail(harness, n);
      const match = { host: 'sync.twilio.com', method: 'POST', path: /\/Documents\/voicemail/, after: 0 };
      const restart = dieAtRequest(harness, { name: 'the claim', match }, true);
      await harness.redeliver(voicemail.webhook);
      restart();
      await harness.advance(LATER_MS);
      return voicemail;
    },
    attempt: async (harness, _voicemail, { token }) => [await (await harness.postFlex('sweep', token)).text()],
  },
];
