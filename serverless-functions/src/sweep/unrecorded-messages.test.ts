import { CALL_SID, details, NOW, RECORDING_SID } from '../../test/ledger-fixtures';
import { voicemailPath } from '../voicemail/voicemail-url';
import { readOwnRequest } from './unrecorded-messages';

const environment = { values: { AUTH_TOKEN: 'a'.repeat(32) }, problems: [] };
const urlState = { ...details, attempt: 2, silenceRetries: 0, entryCreated: true, waitingSince: NOW };
const ours = (page: 'voicemail' | 'voicemail-recorded') =>
  `https://voicemail-1234.example.com${voicemailPath(environment, page, { ...urlState, from: '', to: '' })}`;
const request = (url: string, recordingSid?: string) => ({
  url,
  parameters: { from: '+12025550123', to: '+12025550101', recording_sid: recordingSid },
});
const invited = request(ours('voicemail'));
const recorded = request(ours('voicemail-recorded'), RECORDING_SID);
const elsewhere = request('https://ivr.example.com/name', RECORDING_SID);
const read = (...requests: ReturnType<typeof request>[]) =>
  readOwnRequest(environment, requests, { callSid: CALL_SID, recordingSid: RECORDING_SID, startedAt: NOW });

test.each([
  ['our request names it', [elsewhere, invited, recorded, elsewhere]],
  ['the caller hung up after our invitation', [elsewhere, invited]],
])('a recording is ours when %s', (_why, requests) => {
  expect(read(...requests)).toMatchObject({ callSid: CALL_SID, attempt: 2, from: '+12025550123', to: '+12025550101' });
});

test.each([
  ['nothing was requested of us', [elsewhere]],
  ['another program was asked after our invitation', [invited, elsewhere]],
  ['our request names another', [invited, request(ours('voicemail-recorded'), `RE${'0'.repeat(32)}`)]],
  ['there is no record of the call', []],
  [
    'the request that names it is not signed by us',
    [
      request(
        ours('voicemail-recorded').replace(/sig=(.)/, (_whole, first) => `sig=${first === 'A' ? 'B' : 'A'}`),
        RECORDING_SID,
      ),
    ],
  ],
])('a recording is not ours when %s', (_why, requests) => {
  expect(read(...requests)).toBeUndefined();
});
