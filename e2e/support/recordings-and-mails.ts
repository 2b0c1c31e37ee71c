import PostalMime from 'postal-mime';
import type { DomainRestrictions } from '../../sandbox/src/mail/domain-restrictions';
import type { TestTwilio } from '../../sandbox/src/testing/test-twilio';
import type { Caller } from './caller';
import { accountAuthorization, DOMAIN } from './deployed-product';

export interface Mail {
  to: string[];
  subject: string;
  text: string;
  html: string;
  header(name: string): string | undefined;
  attachments: { fileName: string; contentType: string; content: Buffer }[];
}

/** The account's recordings. @param sample the sound of those that are made here */
export function accountRecordings({ world, stubUrl }: TestTwilio, sample: Buffer) {
  return {
    transcriptions: (recordingSid: string) => world.recordings.transcriptions(recordingSid),
    /** A recording's sound as Twilio would send it. */
    async media(recordingSid: string, format: 'wav' | 'mp3'): Promise<Buffer> {
      const url = `${stubUrl}/api.twilio.com/2010-04-01/Accounts/${world.account.accountSid}/Recordings/${recordingSid}.${format}`;
      const answer = await fetch(url, { headers: { authorization: accountAuthorization(world) } });
      return Buffer.from(await answer.arrayBuffer());
    },
    /** The account records this call as a whole, as Flex or a `<Dial>` does. @returns ends that recording */
    startCallRecording(caller: Caller): () => void {
      const whole = Object.assign(world.recordings.create(caller.sid), { source: 'StartCallRecordingAPI' });
      return () => Object.assign(whole, { status: 'completed', durationSeconds: 9, wav: sample });
    },
    /** A message that another program has recorded. */
    addRecording: () =>
      Object.assign(world.recordings.create(`CA${'e'.repeat(32)}`), {
        status: 'completed',
        durationSeconds: 9,
        wav: sample,
      }),
    recordings: () => world.recordings.list().filter(({ status }) => status === 'completed'),
    enlargeRecordings(bytes: number) {
      // One copy of each: they are read many times.
      const enlarged = new Map<Buffer, Buffer>();
      const enlarge = (wav: Buffer) => {
        const larger = enlarged.get(wav) ?? Buffer.concat([wav, Buffer.alloc(bytes)]);
        enlarged.set(wav, larger);
        return larger;
      };
      jest.spyOn(world.recordings, 'get').mockImplementation((sid) => {
        const recording = world.recordings.list().find((one) => one.sid === sid);
        return recording?.wav ? { ...recording, wav: enlarge(recording.wav) } : recording;
      });
    },
  };
}

/** What the mail providers took, and how they behave. */
export function sentMails({ mailbox, mailgun, mail, smtp }: TestTwilio) {
  return {
    async mails(): Promise<Mail[]> {
      return Promise.all(
        mailbox.list().map(async ({ id, to }) => {
          const parsed = await PostalMime.parse((await mailbox.read(id))!, { attachmentEncoding: 'arraybuffer' });
          return {
            to,
            subject: parsed.subject ?? '',
            text: parsed.text ?? '',
            html: parsed.html ?? '',
            header: (name: string) => parsed.headers.find(({ key }) => key === name)?.value,
            attachments: parsed.attachments.map((one) => ({
              fileName: one.filename ?? '',
              contentType: one.mimeType,
              content: Buffer.from(one.content as ArrayBuffer),
            })),
          };
        }),
      );
    },
    /** From now on Mailgun refuses to send for the product's domain, for that reason. */
    setMailDomainStatus(restrictions: DomainRestrictions) {
      mailgun.restrictions = { [DOMAIN]: restrictions };
    },
    /** The providers themselves: their requests, and what may be changed while they run. */
    mailProviders: { ...mail, smtp },
    mailgunRequestCount: () => mailgun.requests.length,
    setMailEventLag(ms: number) {
      mailgun.eventLagMs = ms;
    },
  };
}
