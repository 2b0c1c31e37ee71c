import { Readable } from 'node:stream';
import { defaultSettings, emptyRules } from '@callback-and-voicemail/contract';
import { apply, emailClaimed, NOW, RECORDING_SID, recordedVoicemail } from '../../test/ledger-fixtures';
import { isSendable } from '../ledger/entry';
import { Deadline } from '../runtime/deadline';
import { readEnvironment } from '../runtime/environment';
import { createLog } from '../runtime/log';
import type { EmailJob } from './email-job';
import { UNLIMITED } from './send-allowance';
import { sendEmail } from './send-email';

const ANA = { address: 'ana@example.com' };

test.each([
  ['nobody is to get it', defaultSettings([]), { MAIL_FROM: 'a@example.com' }, 'no-recipients'],
  ['nobody may get it', defaultSettings([ANA]), { ALLOWED_EMAIL_DOMAINS: 'other.org' }, 'recipients-not-allowed'],
  ['no provider is set up', defaultSettings([ANA]), { ALLOWED_EMAIL_DOMAINS: 'example.com' }, 'not-configured'],
])('when %s, the download that was begun for it ends', async (_title, settings, variables, problem) => {
  const stream = Readable.from([Buffer.alloc(10)]);
  const entry = apply(recordedVoicemail({ transcribed: false }), emailClaimed, NOW);
  if (!isSendable(entry)) throw new Error('not claimed');
  const deadline = new Deadline(8_500);
  const job: EmailJob = {
    ...{ entry, settings, rules: emptyRules(), unconfirmed: [], origin: '', timeZone: 'UTC', deadline },
    environment: readEnvironment(variables),
    log: createLog('test'),
    media: () => {
      throw new Error('not asked');
    },
    allowance: UNLIMITED,
    pendingDownload: {
      recordingSid: RECORDING_SID,
      format: 'wav',
      download: Promise.resolve({ recordingSid: RECORDING_SID, format: 'wav', bytes: 10, stream }),
    },
  };
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  expect(await sendEmail(job)).toMatchObject({ result: 'later', lastError: problem });
  deadline.end();
  expect(stream.destroyed).toBe(true);
});
