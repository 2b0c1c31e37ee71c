import type { Invocation } from '../invocation';
import type { CallerMails } from '../notification/mails-of-caller';
import { TwilioError } from '../runtime/errors';
import type { SyncClient } from '../twilio/sync';
import { leaveCallerMails } from './caller-mails';

const NAME = 'mails-of-caller-x';
const FIRST = 'voicemail-1';

/** A document of Sync, which others write right after it was read. */
function withDocument(data: CallerMails, written: CallerMails | undefined) {
  let document: { data: CallerMails; revision: string } | undefined = { data, revision: '1' };
  let next = written;
  const sync = {
    async fetchDocument() {
      const found = document;
      if (next !== undefined) document = { data: next, revision: '2' };
      next = undefined;
      return found;
    },
    async updateDocument(_name: string, changed: CallerMails, revision: string) {
      if (document?.revision !== revision)
        throw new TwilioError('writing', { failure: 'precondition-failed', status: 412 });
      document = { data: changed, revision: '3' };
      return '3';
    },
    async removeDocument() {
      document = undefined;
    },
  } as unknown as SyncClient;
  const log = { info() {}, warn() {}, error() {} };
  const invocation = { twilio: { sync }, log, ledger: { apply: async () => undefined } } as unknown as Invocation;
  return { invocation, stored: () => document?.data };
}

const one: CallerMails = { version: 1, mailed: [{ id: FIRST, at: 1 }], summaries: [] };
const list = { carrier: 'voicemail-2', readers: 'r', until: 2, more: ['voicemail-3'] };

test('a list that begins while the only mail before it is deleted is kept', async () => {
  const { invocation, stored } = withDocument(one, { ...one, summaries: [list] });
  await leaveCallerMails(invocation, { name: NAME, id: FIRST, isTold: false });
  expect(stored()).toEqual({ version: 1, mailed: [], summaries: [list] });
});

test('what holds nothing any more is removed', async () => {
  const { invocation, stored } = withDocument(one, undefined);
  await leaveCallerMails(invocation, { name: NAME, id: FIRST, isTold: false });
  expect(stored()).toBeUndefined();
});
