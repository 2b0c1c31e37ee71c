import type { Mailgun } from './mail/mailgun';
import type { Fault, World } from './world/types';

/** Something a person may change about the surroundings of the product while the sandbox runs. */
export interface Switch {
  id: string;
  title: string;
  options: readonly { value: string; label: string }[];
  read(): string;
  /** @param value one of `options` */
  write(value: string): void;
}
/** A switch as the pages show it. */
export interface SwitchState {
  id: string;
  title: string;
  options: readonly { value: string; label: string }[];
  value: string;
}

const MAIL_HOSTS = ['api.mailgun.net', 'api.eu.mailgun.net'];
/** Mailgun answers a bad key in plain text (see `createMailgun`); a gateway before it answers what it likes. */
const MAIL_FAULTS: Record<string, Fault> = {
  'key-refused': { kind: 'status', status: 401, headers: { 'content-type': 'text/plain' }, body: 'Forbidden' },
  down: { kind: 'status', status: 503, body: '{"message":"Service Unavailable"}' },
};

/** How Mailgun answers: as usual, not at all, or with mailboxes that take nothing. */
export function mailSwitch(world: World, mailgun: Mailgun): Switch {
  let value = 'works';
  let removeFaults: (() => void)[] = [];
  return {
    id: 'mail',
    title: 'Mailgun',
    options: [
      { value: 'works', label: 'delivers every mail' },
      { value: 'key-refused', label: 'refuses the API key' },
      { value: 'down', label: 'is down' },
      { value: 'mailbox-full', label: 'accepts mails, but every mailbox is full' },
    ],
    read: () => value,
    write(next) {
      for (const remove of removeFaults) remove();
      const fault = MAIL_FAULTS[next];
      removeFaults = fault === undefined ? [] : MAIL_HOSTS.map((host) => world.faults.add({ ...fault, host }));
      mailgun.mailboxesAreFull = next === 'mailbox-full';
      value = next;
    },
  };
}

/** Whether recordings need the account's credentials, as they do in new accounts; see `World.account`. */
export function mediaAuthenticationSwitch(world: World): Switch {
  return {
    id: 'media-authentication',
    title: 'HTTP authentication for media',
    options: [
      { value: 'on', label: 'on: recordings are fetched with credentials' },
      { value: 'off', label: 'off: whoever knows its address can fetch a recording' },
    ],
    read: () => (world.account.mediaAuthentication ? 'on' : 'off'),
    write(value) {
      world.account.mediaAuthentication = value === 'on';
    },
  };
}
