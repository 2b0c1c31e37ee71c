import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestTwilio } from '../../sandbox/src/testing/test-twilio';
import type { Task } from '../../sandbox/src/world/types';
import { type Caller, createCaller } from './caller';
import { NUMBERS, ROOT } from './deployed-product';

const CALLER = '+12025550123';

/** The caller: by default with a number and without a caller name. */
export interface CallerOptions {
  from?: string;
  callerName?: string;
  stirVerstat?: string;
}

/** Words a caller heard. */
export interface HeardPrompt {
  text: string;
  /** How their queue task stood; undefined when TaskRouter has none. */
  waiting: Task['assignmentStatus'] | undefined;
}

/** What people do on the telephone, and what they hear. */
export function telephoneCalls({ world, clock, voice }: TestTwilio, atClose: (end: () => void) => void) {
  const sample = readFileSync(path.join(ROOT, 'sandbox/assets/voicemail-sample.wav'));
  const calls = {
    numbers: NUMBERS,
    sample,
    async dial({ to, from = CALLER, ...more }: CallerOptions & { to: string }): Promise<Caller> {
      const sid = voice.placeCall({ from, to, ...more });
      await clock.settle();
      return createCaller(voice, clock, sid, from);
    },
    async chooseVoicemail(caller: Caller): Promise<void> {
      caller.press('*');
      await caller.waitForPrompt(/To leave a voicemail, press 2/);
      caller.press('2');
      await clock.settle();
    },
    async dialAndChooseVoicemail(callerOptions: CallerOptions = {}): Promise<Caller> {
      const caller = await calls.dial({ to: NUMBERS.support, ...callerOptions });
      await caller.waitForPrompt(/For other options, press star/);
      await calls.chooseVoicemail(caller);
      return caller;
    },
    async dialToRecording(callerOptions: CallerOptions = {}): Promise<Caller> {
      const caller = await calls.dialAndChooseVoicemail(callerOptions);
      await caller.waitForBeep();
      return caller;
    },
    async leaveVoicemail(callerOptions: CallerOptions = {}): Promise<Caller> {
      const caller = await calls.dialToRecording(callerOptions);
      await caller.speak(sample);
      caller.hangUp();
      return caller;
    },
    /** Records all prompts that calls from that number hear from now on, with the state of their queue task. */
    recordPrompts(from: string): HeardPrompt[] {
      const heardPrompts: HeardPrompt[] = [];
      const stop = voice.subscribe(({ callSid, ...event }) => {
        if (event.type !== 'say' || voice.get(callSid)?.from !== from) return;
        const waiting = world.tasks.list().find(({ attributes }) => parseCallSid(attributes) === callSid);
        heardPrompts.push({ text: event.text, waiting: waiting?.assignmentStatus });
      });
      atClose(stop);
      return heardPrompts;
    },
    /** What a caller heard, with the times. */
    callEvents: (caller: Caller) => voice.callEvents(caller.sid),
  };
  return calls;
}

const parseCallSid = (attributes: string): unknown => (JSON.parse(attributes) as { call_sid?: unknown }).call_sid;
