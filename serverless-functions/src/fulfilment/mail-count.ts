import { createHash } from 'node:crypto';
import type { Invocation } from '../invocation';
import { isCarrier, isEmailOpen, isMailWorthy, type LedgerEntry, type SendableEntry } from '../ledger/entry';
import { CorruptEntry } from '../ledger/ledger';
import type { EmailOutcome } from '../ledger/outcomes';
import { pauseBefore } from '../ledger/schedule';
import { chosenRecipients } from '../notification/chosen-recipients';
import type { EmailConfig } from '../notification/email-config';
import type { OtherVoicemail } from '../notification/email-job';
import {
  type CallerMails,
  closeSummary,
  countMail,
  dropSummary,
  isFull,
  type MailDecision,
  othersOf,
} from '../notification/mails-of-caller';
import { mailsPerCallerAndHour } from '../runtime/environment';
import { errorCode } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import {
  type CallerMailsDocument,
  type CallerMailsRead,
  type CallerMailsWrite,
  callerMailsNames,
  readCallerMails,
  WRITE_ATTEMPTS,
  writeCallerMails,
} from './caller-mails';
import { readOtherVoicemails } from './other-voicemails';

/** When a mail that may be a carrier is looked at again, where Sync did not say whether it is. */
const RETRY_MS = 5 * 60_000;
/** A mail that cannot be counted for that long goes singly. */
const COUNT_FOR_MS = 60 * 60_000;

/** The document of a caller's mails, being read. */
export interface CallerMailsReading {
  name: string;
  document: Promise<CallerMailsRead>;
}

/**
 * Starts reading how many mails a caller had.
 * @returns undefined where they are not counted
 */
export function startReadingCallerMails(invocation: Invocation, from: string): CallerMailsReading | undefined {
  const { environment } = invocation;
  const name = mailsPerCallerAndHour(environment) === 0 ? undefined : callerMailsNames(environment, from)[0];
  return name === undefined ? undefined : startReading(invocation, name);
}

const isRead = (document: CallerMailsRead | undefined): document is CallerMailsDocument => typeof document === 'object';

const startReading = (invocation: Invocation, name: string): CallerMailsReading => ({
  name,
  document: startEarly(() => readCallerMails(invocation, name)),
});

/**
 * The count of one entry's mail, of one claim (ADR 0122). It costs no round: the document is read beside the settings.
 * Where the mail goes singly, the document is written beside the claim. Where it does not, it is written instead of
 * sending, by the holder of the claim alone, so that no carrier is listed that another invocation sends singly.
 */
export class MailCount {
  private counted: Promise<CallerMailsWrite> | undefined;
  /** What the ledger says of a carrier, read beside the claim. */
  private readonly carriers = new Map<string, Promise<boolean | 'unknown'>>();

  constructor(
    private readonly invocation: Invocation,
    private reading: CallerMailsReading | undefined,
  ) {}

  /** Beside the settings; for an entry whose mail may be claimed now. */
  startReading(entry: LedgerEntry): void {
    if (this.invocation.sendEmail === undefined || !isMailWorthy(entry) || !isEmailOpen(entry)) return;
    const { email } = entry;
    // Also after a change of the signing key, by which another name follows from the number.
    const carried = 'carries' in email ? email.carries : undefined;
    if (carried === undefined) this.reading ??= startReadingCallerMails(this.invocation, entry.from);
    else if (this.reading?.name !== carried) this.reading = startReading(this.invocation, carried);
  }

  /** Beside the claim of `entry`: writes that the mail goes singly, if it does. */
  async begin(entry: LedgerEntry, config: EmailConfig): Promise<void> {
    // Where nobody expected that it would be sent now.
    this.startReading(entry);
    const readers = this.readersOf(entry, config);
    const document = readers === undefined ? undefined : await this.reading?.document;
    if (readers === undefined || !isRead(document)) return;
    const { decision, next } = this.decide(document.mails, entry, readers);
    if (decision.mail === 'single' && next !== undefined)
      this.counted = startEarly(() => writeCallerMails(this.invocation, document, next));
    else if (decision.mail === 'summarized') void this.stands(decision.carrier);
  }

  /** After `begin`: whether the mail goes singly, unless another one is counted meanwhile. */
  expectsSingle(entry: LedgerEntry, config: EmailConfig): boolean {
    return this.counted !== undefined || this.readersOf(entry, config) === undefined;
  }

  /**
   * For the holder of the claim, before it sends.
   * @returns what becomes of the mail where it is not sent now
   */
  async settle(entry: SendableEntry, config: EmailConfig): Promise<EmailOutcome | undefined> {
    const readers = this.readersOf(entry, config);
    if (readers === undefined) return undefined;
    const counted = await this.counted;
    if (counted === 'throttled') return this.failOpen(entry) ?? countLater(entry);
    if (counted !== undefined && counted !== 'changed') return undefined;
    let document = counted === 'changed' ? await this.readAgain() : await this.reading?.document;
    for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
      if (document === 'throttled') break;
      if (!isRead(document)) return this.failOpen(entry);
      const settled = await this.settleBy(document, entry, readers);
      if (settled === 'throttled') break;
      if (settled === 'refused') return this.failOpen(entry);
      if (settled !== 'changed') return settled.outcome;
      document = await this.readAgain();
    }
    return this.failOpen(entry) ?? countLater(entry);
  }

  private async settleBy(
    document: CallerMailsDocument,
    entry: SendableEntry,
    readers: string,
  ): Promise<{ outcome: EmailOutcome | undefined } | 'changed' | 'refused' | 'throttled'> {
    const first = this.decide(document.mails, entry, readers);
    const fallen = await this.findFallen(document.mails, first.decision);
    if (fallen === 'unknown') return 'refused';
    const { decision, next } = fallen === undefined ? first : this.decide(document.mails, entry, readers, fallen);
    const written = next === undefined ? document : await writeCallerMails(this.invocation, document, next);
    if (typeof written !== 'string') {
      if (fallen !== undefined && decision.mail === 'carries') await this.noteHeir(fallen, entry.id);
      return { outcome: await this.toOutcome(decision, written) };
    }
    // If it was not written after all, it tells of itself alone.
    if (written === 'uncertain' && decision.mail === 'carries')
      return { outcome: await this.toOutcome(decision, document) };
    return written === 'uncertain' ? 'changed' : written;
  }

  /** @returns the carrier that was decided on, if its mail will not be sent; but a list that is closed is being sent */
  private async findFallen(mails: CallerMails, decision: MailDecision): Promise<string | 'unknown' | undefined> {
    if (decision.mail !== 'summarized' || othersOf(mails, decision.carrier)?.closed) return undefined;
    const stands = await this.stands(decision.carrier);
    if (stands === 'unknown') return 'unknown';
    return stands ? undefined : decision.carrier;
  }

  /**
   * For the holder of a carrier's claim: closes its list, and reads what it holds.
   * @returns undefined when Sync does not say: the mail waits
   */
  async takeOthers(entry: SendableEntry): Promise<OtherVoicemail[] | undefined> {
    if (!isCarrier(entry)) return [];
    let document = await this.reading?.document;
    for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
      if (!isRead(document)) return undefined;
      const next = closeSummary(document.mails, entry.id);
      const written = next === undefined ? document : await writeCallerMails(this.invocation, document, next);
      if (typeof written !== 'string') {
        this.reading = { name: written.name, document: Promise.resolve(written) };
        return readOtherVoicemails(this.invocation, othersOf(written.mails, entry.id)?.more ?? []);
      }
      document = await this.readAgain();
    }
    return undefined;
  }

  /** After the outcome was written: what a mail has told is listed no longer. Never throws. */
  async finish(entry: LedgerEntry, email: EmailOutcome | undefined): Promise<void> {
    if (!isCarrier(entry) || email?.result !== 'sent') return;
    let document = await this.reading?.document;
    for (let attempt = 1; attempt <= 2 && isRead(document); attempt += 1) {
      const next = dropSummary(document.mails, entry.id);
      if (next === undefined || (await writeCallerMails(this.invocation, document, next)) !== 'changed') return;
      document = await this.readAgain();
    }
  }

  /** Nothing is left running. */
  async end(): Promise<void> {
    await Promise.allSettled([this.reading?.document, this.counted, ...this.carriers.values()]);
  }

  /** @returns undefined where the mail is not counted: a resent one, a carrier's own, one that was decided on before */
  private readersOf(entry: LedgerEntry, config: EmailConfig): string | undefined {
    const { email } = entry;
    if (email.state !== 'sending' || !config.ok || this.reading === undefined) return undefined;
    if (email.carries !== undefined || email.resendRequestedAt !== undefined) return undefined;
    if (email.attempts > 2 && email.lastError !== undefined) return undefined;
    const { settings, rules } = config;
    const recipients = chosenRecipients({ entry, settings, rules, timeZone: this.invocation.timeZone });
    if (recipients === undefined) return undefined;
    const addresses = recipients.map(({ address }) => address).sort();
    const hash = createHash('sha256').update(JSON.stringify([entry.queueName, ...addresses]));
    return hash.digest('base64url').slice(0, 16);
  }

  private decide(mails: CallerMails, { id, email }: LedgerEntry, readers: string, fallenCarrier?: string) {
    const isFirst = email.state === 'sending' && email.attempts === 1;
    const limit = mailsPerCallerAndHour(this.invocation.environment);
    return countMail(mails, { id, readers, isFirst, fallenCarrier }, limit, Date.now());
  }

  /** Whether an entry's mail is still to tell of others; read once, beside the claim if possible. */
  private stands(id: string): Promise<boolean | 'unknown'> {
    const known = this.carriers.get(id) ?? this.readCarrier(id);
    this.carriers.set(id, known);
    return known;
  }

  private async readCarrier(id: string): Promise<boolean | 'unknown'> {
    try {
      const carrier = await this.invocation.ledger.find(id);
      if (carrier === undefined) return false;
      // One that is listed and being worked on becomes a carrier with its outcome.
      return isCarrier(carrier.entry) || carrier.entry.email.state === 'sending';
    } catch (error) {
      return error instanceof CorruptEntry ? false : 'unknown';
    }
  }

  private async readAgain(): Promise<CallerMailsRead | undefined> {
    this.reading = this.reading && startReading(this.invocation, this.reading.name);
    return this.reading?.document;
  }

  private async toOutcome(
    decision: MailDecision,
    { name, mails }: CallerMailsDocument,
  ): Promise<EmailOutcome | undefined> {
    switch (decision.mail) {
      case 'single':
        return undefined;
      case 'carries':
        return { result: 'carries', document: name, until: decision.until };
      case 'summarized':
        if (isFull(mails, decision.carrier)) await this.sendSoon(decision.carrier);
        return { result: 'summarized', carrier: decision.carrier, until: decision.until };
    }
  }

  /** Whoever looks at those that the fallen carrier was to tell of finds the one that does. Never throws. */
  private async noteHeir(fallen: string, heir: string): Promise<void> {
    const { ledger, log } = this.invocation;
    try {
      await ledger.apply(fallen, { type: 'summary-passed-on', heir });
    } catch (error) {
      log.warn('heir of a summary not noted', { entry: fallen, code: errorCode(error) });
    }
  }

  /** A full list waits for nothing more. Without this it is sent at its time. */
  private async sendSoon(id: string): Promise<void> {
    const { ledger, log } = this.invocation;
    try {
      await ledger.apply(id, { type: 'summary-full' });
    } catch (error) {
      log.warn('summary not hurried', { entry: id, code: errorCode(error) });
    }
  }

  /**
   * Sync does not say how many mails there were: the mail goes singly. But where an invocation died that may have listed
   * it as a carrier, it waits as one: others may rely on it.
   */
  private failOpen({ email }: SendableEntry): EmailOutcome | undefined {
    const mayBeListed = email.attempts > 1 && email.lastError === undefined;
    if (!mayBeListed || this.reading === undefined) return undefined;
    return { result: 'carries', document: this.reading.name, until: Date.now() + RETRY_MS };
  }
}

/**
 * Other voicemails of its caller were counted at the same moment, again and again, or Sync throttles them: sent singly
 * now, they would all get past the limit. A sweep counts one after the other.
 * @returns undefined for one that has waited for an hour: it goes singly
 */
function countLater({ id, recording }: SendableEntry): EmailOutcome | undefined {
  const now = Date.now();
  return now - recording.completedAt > COUNT_FOR_MS
    ? undefined
    : { result: 'uncounted', until: now + pauseBefore(id, 1) };
}
