import type { Harness } from './harness';

/**
 * A caller to the number with a review records a message, discards it, and sends a second one. Both recordings are at
 * Twilio a minute later.
 */
export async function leaveMessageRecordedAgain(harness: Harness) {
  const caller = await harness.dial({ to: harness.numbers.review });
  await caller.waitForPrompt(/press star/);
  await harness.chooseVoicemail(caller);
  for (const key of ['2', '3']) {
    await caller.waitForBeep();
    await caller.speak(harness.sample);
    caller.press('#');
    await caller.waitForPrompt(/To listen to your message, press 1/);
    caller.press(key);
    await harness.clock.settle();
  }
  await harness.advance(60_000);
  return caller;
}
