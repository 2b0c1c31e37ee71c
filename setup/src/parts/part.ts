import type { TwilioRest } from '../account/rest';
import type { Choices } from '../choices';
import type { Definitions } from '../definitions';
import type { FunctionsBundle } from '../functions/bundle';
import type { PluginFile } from '../functions/plugin-file';
import type { PlannedStep } from '../plan';

/** The things of an account that are set up. */
export type PartId =
  | 'sync-service'
  | 'task-queue'
  | 'workflow'
  | 'functions-service'
  | 'recordings-key'
  | 'functions'
  | 'studio-flow'
  | 'flex-configuration'
  | 'plugin'
  | 'phone-number';

/** What the account has anyway. */
export interface AccountBasics {
  workspaceSid: string;
  /** The task channel of calls. */
  voiceChannelSid: string;
  /** The workflow that Flex routes calls by. */
  callWorkflowSid?: string;
}

/** What a part may look at and use. */
export interface PartContext {
  rest: TwilioRest;
  basics: AccountBasics;
  choices: Choices;
  definitions: Definitions;
  bundle: FunctionsBundle;
  plugin: PluginFile;
  /** SIDs and names of parts that are there, by part; a part that is still to be created has none. */
  known: KnownParts;
  /** Waits; tests pass virtual time. */
  pause(ms: number): Promise<void>;
  say(line: string): void;
  /** True: variables of the Functions that people do not give any more are deleted. */
  deletesVariables?: boolean;
  /** For tests: asks whether a deployment answers. */
  healthProblem?(url: string): Promise<string | undefined>;
}

interface KnownParts {
  'sync-service'?: string;
  'task-queue'?: string;
  workflow?: string;
  'functions-service'?: FunctionsService;
  'studio-flow'?: string;
}

export interface FunctionsService {
  serviceSid: string;
  environmentSid: string;
  /** `callback-and-voicemail-with-email-1234-prod.twil.io` */
  domain: string;
}

/** What was there before a part was changed, as `undo` needs it. JSON, without secrets. */
export type Before = Readonly<Record<string, unknown>>;

/** One thing of the account. */
export interface Part {
  readonly id: PartId;
  readonly title: string;
  /** Reads what is there and says what would be done. Changes nothing. Notes in `context.known` what it found. */
  inspect(context: PartContext): Promise<Inspection>;
  /** Does it. Notes in `context.known` what it made. */
  carryOut(context: PartContext, inspection: Inspection): Promise<void>;
  /**
   * What undoes it, as a step to show.
   * @param before what `inspect` said was there
   * @param isOurs true: we created it
   */
  inspectUndo(context: PartContext, before: Before | undefined, isOurs: boolean): Promise<Inspection>;
  undo(context: PartContext, inspection: Inspection, before: Before | undefined): Promise<void>;
}

export interface Inspection extends PlannedStep {
  /** What is kept, so that the change can be undone; only for a change. */
  before?: Before;
}

export const nothingThere = (note = 'is not there'): Inspection => ({ action: 'skip', values: [], note });
