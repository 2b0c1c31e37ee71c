import { installVirtualClock, type VirtualClock } from '../../src/testing/virtual-clock';
import type { Voice, VoiceOptions } from '../../src/voice/types';
import { createVoice } from '../../src/voice/voice';
import { createWorld, type SandboxWorld } from '../../src/world/world';
import { type ProductApp, startProductApp } from './product-app';

export const CALLER = '+15550100001';
export const NUMBER = '+15550100099';
const START = Date.UTC(2026, 0, 5, 9, 0, 0);

export interface VoiceHarness {
  world: SandboxWorld;
  voice: Voice;
  clock: VirtualClock;
  product: ProductApp;
  /** Calls the number and waits until the first document plays. */
  call(from?: string): Promise<string>;
  /** What was heard, as short words: `say:…`, `play:/path`, `beep`, `stop`, `ended`. */
  heard(callSid: string): string[];
  /** Log lines of that level. */
  logged(level: 'info' | 'warning' | 'error'): string[];
  close(): Promise<void>;
}

/** A world, a voice engine, a product of a few lines and virtual time. `/voice` answers the number. */
export async function createVoiceHarness(
  options: Omit<VoiceOptions, 'numbers'> & { statusCallback?: boolean } = {},
): Promise<VoiceHarness> {
  const product = await startProductApp();
  const world = createWorld();
  const clock = installVirtualClock(world.activity, START);
  const voice = createVoice(world, {
    ...options,
    numbers: {
      [NUMBER]: {
        voiceUrl: `${product.url}/voice`,
        ...(options.statusCallback ? { statusCallback: `${product.url}/status` } : {}),
        place: { city: 'CAMP HILL', state: 'AL', zip: '36850' },
      },
    },
  });
  return {
    world,
    voice,
    clock,
    product,
    async call(from = CALLER) {
      const sid = voice.placeCall({ from, to: NUMBER });
      await clock.settle();
      return sid;
    },
    heard: (sid) =>
      voice.callEvents(sid).flatMap((event) => {
        if (event.type === 'say') return [`say:${event.text}`];
        if (event.type === 'play') return [`play:${new URL(event.url).pathname}`];
        if (event.type === 'beep' || event.type === 'stop') return [event.type];
        return event.type === 'status' && event.status === 'completed' ? ['ended'] : [];
      }),
    logged: (level) =>
      world.eventLog
        .entries()
        .filter((line) => line.level === level)
        .map((line) => line.text),
    async close() {
      voice.close();
      clock.uninstall();
      await product.close();
    },
  };
}

/** A tone of that many seconds as 8 kHz 16 bit mono PCM; loud enough to count as speech from first to last sample. */
export function tone(seconds: number): Buffer {
  const pcm = Buffer.alloc(Math.round(seconds * 8000) * 2);
  for (let n = 0; n * 2 < pcm.length; n += 1) pcm.writeInt16LE(Math.round(6000 * Math.cos(n / 4)), n * 2);
  return pcm;
}
