import { createPromptPlayer, type PromptPlayer } from './prompt-player';
import { toWavFile } from './wav-file';

type Heard = Parameters<PromptPlayer['handle']>[0];

describe('the sound of a call', () => {
  let log: string[];
  let ends: (() => void)[];
  const speech = { speaking: false, pending: false, speak: jest.fn(), cancel: jest.fn() };
  const event = (what: Record<string, unknown>) => ({ callSid: 'CA1', at: 0, ...what }) as Heard;

  beforeEach(() => {
    log = [];
    ends = [];
    speech.speaking = false;
    speech.speak.mockImplementation((utterance: { text: string; lang: string; onend: () => void }) => {
      log.push(`say ${utterance.text} (${utterance.lang})`);
      ends.push(() => utterance.onend());
      speech.speaking = true;
    });
    speech.cancel.mockImplementation(() => {
      log.push('silence');
      speech.speaking = false;
    });
    Object.assign(window, {
      speechSynthesis: speech,
      SpeechSynthesisUtterance: class {
        lang = '';
        constructor(readonly text: string) {}
      },
      Audio: class {
        constructor(readonly src: string) {}
        play() {
          log.push(`play ${this.src}`);
          return Promise.resolve();
        }
        pause() {
          log.push(`pause ${this.src}`);
        }
      },
    });
  });

  it('speaks words in their language and plays what is played', () => {
    const player = createPromptPlayer();
    player.handle(event({ type: 'play', url: 'http://127.0.0.1/a.mp3', audio: '/api/audio/0' }));
    player.handle(event({ type: 'say', text: 'Hola', language: 'es-ES' }));
    expect(log).toEqual(['play /api/audio/0', 'pause /api/audio/0', 'say Hola (es-ES)']);
  });

  it('lets a voice finish before the music', () => {
    const player = createPromptPlayer();
    player.handle(event({ type: 'say', text: 'Please hold' }));
    player.handle(event({ type: 'play', url: 'x', audio: '/api/audio/1' }));
    expect(log).toEqual(['say Please hold ()']);
    speech.speaking = false;
    for (const end of ends) end();
    expect(log).toEqual(['say Please hold ()', 'play /api/audio/1']);
  });

  it('falls silent when the engine stops a prompt, when the call ends and when muted', () => {
    const player = createPromptPlayer();
    player.handle(event({ type: 'play', url: 'x', audio: '/api/audio/0' }));
    player.handle(event({ type: 'stop' }));
    player.handle(event({ type: 'play', url: 'x', audio: '/api/audio/0' }));
    player.handle(event({ type: 'status', status: 'completed' }));
    player.mute(true);
    log = [];
    player.handle(event({ type: 'say', text: 'Unheard' }));
    player.handle(event({ type: 'play', url: 'x', audio: '/api/audio/0' }));
    player.handle(event({ type: 'beep' }));
    expect(log).toEqual([]);
    player.mute(false);
    player.handle(event({ type: 'say', text: 'Heard' }));
    expect(log).toEqual(['say Heard ()']);
  });

  it('plays nothing from another machine', () => {
    createPromptPlayer().handle(event({ type: 'play', url: 'https://elsewhere.example/a.mp3', audio: null }));
    expect(log).toEqual([]);
  });
});

describe("the microphone's WAV files", () => {
  it('are 8 kHz, 16 bit, mono, and as long as what was said', async () => {
    const samples = Float32Array.from({ length: 48_000 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 440 * n) / 48_000));
    const blob = toWavFile(samples, 48_000);
    const bytes = await new Promise<DataView>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(new DataView(reader.result as ArrayBuffer));
      reader.readAsArrayBuffer(blob);
    });
    expect(blob.type).toBe('audio/wav');
    expect([bytes.getUint16(22, true), bytes.getUint32(24, true), bytes.getUint16(34, true)]).toEqual([1, 8000, 16]);
    expect(bytes.getUint32(40, true)).toBe(16_000);
    const peak = Math.max(...Array.from({ length: 8000 }, (_, n) => bytes.getInt16(44 + 2 * n, true)));
    expect(peak / 32_767).toBeCloseTo(0.5, 1);
  });
});
