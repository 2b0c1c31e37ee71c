import type { Fault, Faults, MailFault, MailProviderName } from './types';

interface FaultTarget {
  host: string;
  method: string;
  /** Without the host segment and without the query. */
  path: string;
}

/** The faults with the question only the HTTP layer asks. */
export interface FaultStore extends Faults {
  /** The fault that strikes this request, if any; asking counts the request against `after` and `times`. */
  consume(target: FaultTarget): Fault | undefined;
  /** The same for a mail. */
  consumeMail(provider: MailProviderName): MailFault | undefined;
}

/** Faults in the order they were added; the first that is due strikes, and only it. */
export function createFaults(): FaultStore {
  const requests = faultList<Fault>();
  const mails = faultList<MailFault>();
  return {
    add: requests.add,
    mail: mails.add,
    clear() {
      requests.clear();
      mails.clear();
    },
    consume: (target) => requests.consume((fault) => matches(fault, target)),
    consumeMail: (name) => mails.consume(({ provider }) => provider === undefined || provider === name),
  };
}

function faultList<F extends { after?: number; times?: number }>() {
  let active: { fault: F; skipped: number; used: number }[] = [];
  return {
    add(fault: F): () => void {
      const entry = { fault, skipped: 0, used: 0 };
      active.push(entry);
      return () => {
        active = active.filter((other) => other !== entry);
      };
    },
    clear() {
      active = [];
    },
    consume(matchesFault: (fault: F) => boolean): F | undefined {
      let due: F | undefined;
      for (const entry of active) {
        if (!matchesFault(entry.fault)) continue;
        if (entry.skipped < (entry.fault.after ?? 0)) {
          entry.skipped += 1;
        } else if (!due && entry.used < (entry.fault.times ?? Number.POSITIVE_INFINITY)) {
          entry.used += 1;
          due = entry.fault;
        }
      }
      return due;
    },
  };
}

function matches(fault: Fault, target: FaultTarget): boolean {
  if (fault.host && fault.host !== target.host) return false;
  if (fault.method && fault.method.toUpperCase() !== target.method.toUpperCase()) return false;
  // `search`, unlike `test`, has no memory of the last match: a fault may carry a /g expression.
  return !fault.path || target.path.search(fault.path) >= 0;
}
