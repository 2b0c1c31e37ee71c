import { Readable } from 'node:stream';
import { isAudio, peek } from './audio-format';

test.each([
  ['wav', 'RIFF\x24\x00\x00\x00WAVE', true],
  ['wav', '\x23\xc1\x85\xa9', false],
  ['wav', '', false],
  ['mp3', 'ID3\x04', true],
  ['mp3', '\xff\xfb\x90\x64', true],
  ['mp3', '\xff\x1b', false],
  ['mp3', 'RIFF', false],
] as const)('a %s file may begin with %j: %s', (format, text, expected) => {
  expect(isAudio(Buffer.from(text, 'latin1'), format)).toBe(expected);
});

test('what is looked at stays in the stream, also when it comes in small parts', async () => {
  for (const parts of [
    ['RIFF and more', ' bytes'],
    ['R', 'I', 'FF and more bytes'],
  ]) {
    const stream = Readable.from(
      parts.map((part) => Buffer.from(part)),
      { objectMode: false },
    );
    expect((await peek(stream)).subarray(0, 4).toString()).toBe('RIFF');
    const all: Buffer[] = [];
    for await (const chunk of stream) all.push(chunk as Buffer);
    expect(Buffer.concat(all).toString()).toBe('RIFF and more bytes');
  }
});

test('an empty stream and one that fails are told apart', async () => {
  expect(await peek(Readable.from([], { objectMode: false }))).toHaveLength(0);
  const failing = new Readable({
    read() {
      this.destroy(new Error('broken off'));
    },
  });
  await expect(peek(failing)).rejects.toThrow('broken off');
});
