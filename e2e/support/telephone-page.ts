import type { Page } from 'playwright-core';
import { pollUntil } from './poll-until';

/** The line that takes messages only. */
export const VOICEMAIL_LINE = '+12025550103';
/** Prompts take their real time. */
export const SPOKEN_MS = 45_000;
/** Of the sample, which takes seven and a half. */
const MESSAGE_SECONDS = 6;

/** Somebody calls the line that takes messages only, says the sample and hangs up. */
export async function leaveVoicemail(telephone: Page, caller: 'ana' | 'ben' = 'ana'): Promise<void> {
  const again = telephone.getByRole('button', { name: 'Make another call' });
  if (await again.isVisible()) await again.click();
  await telephone.getByLabel('Call from').selectOption(caller);
  await telephone.getByLabel('Number to call').selectOption(VOICEMAIL_LINE);
  await telephone.getByRole('button', { name: 'Call', exact: true }).click();
  await telephone.getByText('Recording: say something.').waitFor({ timeout: SPOKEN_MS });
  await telephone.getByRole('button', { name: 'Speak the sample message' }).click();
  const length = async () => {
    const [minutes, seconds] = (await telephone.getByRole('timer').innerText()).split(':').map(Number);
    return minutes! * 60 + seconds!;
  };
  const startedAt = await length();
  await pollUntil(async () => (await length()) >= startedAt + MESSAGE_SECONDS);
  await telephone.getByRole('button', { name: 'Hang up' }).click();
}
