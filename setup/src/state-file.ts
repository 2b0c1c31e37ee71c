import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ChoiceOption, Choices } from './choices';
import type { Before, PartId } from './parts/part';
import { SetupError } from './setup-error';

/** What a command did to one thing of the account. */
interface PartRecord {
  /** True when it was created by us, or was about to be; false when it was there. */
  isOurs: boolean;
  /** What was there before the first change. */
  before?: Before;
  /** False while it is being done: a command that was killed then is continued by the next one. */
  isDone: boolean;
}

/** What was set up in an account: no secrets, so that a team can keep it with its fork. */
interface SetupState {
  version: 1;
  accountSid: string;
  /** What was chosen, so that the next run need not be told again. */
  choices?: Partial<Record<ChoiceOption, string>>;
  parts: Partial<Record<PartId, PartRecord>>;
}

export interface StateFile {
  readonly state: SetupState;
  /** What the next run takes where it is not told otherwise. */
  remember(choices: Choices): void;
  /** Before it is done. What the first change found stays; a later one adds what only it found. */
  begin(part: PartId, record: Pick<PartRecord, 'isOurs' | 'before'>): void;
  done(part: PartId): void;
  forget(part: PartId): void;
}

/**
 * @param file `.setup/<environment>.json`; created at the first change
 * @throws SetupError when it belongs to another account, or cannot be read
 */
export function openStateFile(file: string, accountSid: string): StateFile {
  const state = readState(file) ?? { version: 1, accountSid, parts: {} };
  if (state.accountSid !== accountSid)
    throw new SetupError(
      'other-account',
      `${path.basename(file)} belongs to another account`,
      'Check the credentials, or name another --environment.',
    );
  const write = () => {
    mkdirSync(path.dirname(file), { recursive: true });
    // Written beside it and renamed, so that a killed command leaves no half of a file.
    writeFileSync(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`);
    renameSync(`${file}.new`, file);
  };
  return {
    state,
    remember({ callQueue, callbackQueue, workflow, flow, number, enableOutboundCalls }) {
      state.choices = {
        ...{ 'call-queue': callQueue, 'callback-queue': callbackQueue, workflow, flow, number },
        'outbound-calls': enableOutboundCalls ? 'yes' : 'no',
      };
      write();
    },
    begin(part, { isOurs, before }) {
      const earlier = state.parts[part];
      const all = { ...before, ...earlier?.before };
      state.parts[part] = {
        isOurs: isOurs || earlier?.isOurs === true,
        isDone: false,
        ...(Object.keys(all).length === 0 ? {} : { before: all }),
      };
      write();
    },
    done(part) {
      state.parts[part] = { isOurs: false, ...state.parts[part], isDone: true };
      write();
    },
    forget(part) {
      delete state.parts[part];
      write();
    },
  };
}

function readState(file: string): SetupState | undefined {
  try {
    const state = JSON.parse(readFileSync(file, 'utf8')) as SetupState | null;
    const isWhole = typeof state?.accountSid === 'string' && typeof (state.parts ?? undefined) === 'object';
    if (state?.version === 1 && isWhole) return state;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    // Said below.
  }
  throw new SetupError(
    'state',
    `${path.basename(file)} cannot be read`,
    'Restore it from its last version, or delete it.',
  );
}
