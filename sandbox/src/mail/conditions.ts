/** How the mail providers are, whichever of them is in use. May be changed while running. */
export interface MailConditions {
  /** No key or password is right. */
  keysAreRefused: boolean;
  /** Nothing is taken, and nothing told. */
  isDown: boolean;
  /** Every mail bounces, as one to `mailbox-full@…` does. */
  mailboxesAreFull: boolean;
}

export const createConditions = (): MailConditions => ({
  keysAreRefused: false,
  isDown: false,
  mailboxesAreFull: false,
});

/** No provider takes a mail for `refused@…`: it finds that there can be no such address. */
export const isRefused = (address: string) => /^refused@/i.test(address);

/** `mailbox-full@…` takes no mail: what a provider accepts for it, the mail server behind refuses. */
const FULL_MAILBOX = /^mailbox-full@/i;

export const bounces = (address: string, { mailboxesAreFull }: MailConditions) =>
  mailboxesAreFull || FULL_MAILBOX.test(address);
