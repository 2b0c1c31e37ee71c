import type { Page } from 'playwright-core';
import { pollUntil } from './poll-until';

/** The line that only takes messages. */
export const VOICEMAIL_LINE = '+12025550103';
/** Most of the sample message, which takes seven and a half seconds. */
const MESSAGE_SECONDS = 6;

/** Speaks the sample message. Waits by the call's own timer until most of it was spoken. */
export async function speakSampleMessage(telephone: Page): Promise<void> {
  const callSeconds = async () => {
    const [minutes, seconds] = (await telephone.getByRole('timer').innerText()).split(':').map(Number);
    return minutes! * 60 + seconds!;
  };
  await telephone.getByRole('button', { name: 'Speak the sample message' }).click();
  const startedAt = await callSeconds();
  await pollUntil(async () => (await callSeconds()) >= startedAt + MESSAGE_SECONDS);
}
