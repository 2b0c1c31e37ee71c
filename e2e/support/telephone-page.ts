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

/** Calls the line that only takes messages, speaks the sample message and hangs up. */
export async function leaveVoicemail(telephone: Page, caller: 'ana' | 'ben' = 'ana'): Promise<void> {
  const again = telephone.getByRole('button', { name: 'Make another call' });
  if (await again.isVisible()) await again.click();
  await telephone.getByLabel('Call from').selectOption(caller);
  await telephone.getByLabel('Number to call').selectOption(VOICEMAIL_LINE);
  await telephone.getByRole('button', { name: 'Call', exact: true }).click();
  await telephone.getByText('Recording: say something.').waitFor();
  await speakSampleMessage(telephone);
  await telephone.getByRole('button', { name: 'Hang up' }).click();
}
