/** Samples per second of a telephone line, and of every recording the sandbox keeps. */
export const TELEPHONE_RATE = 8000;
const WAV_HEADER_BYTES = 44;

const FORMAT_PCM = 1;
const BYTES_PER_SAMPLE = 2;

/**
 * The 44 byte RIFF header of a WAV file with 16 bit mono PCM; runs in Node and in the browser.
 * @param dataBytes bytes of sound that follow the header
 * @param rate samples per second, 8000 unless given
 */
export function createWavHeader(dataBytes: number, rate: number = TELEPHONE_RATE): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(WAV_HEADER_BYTES);
  const view = new DataView(header.buffer);
  const writeText = (at: number, text: string) => {
    for (let index = 0; index < text.length; index += 1) header[at + index] = text.charCodeAt(index);
  };
  writeText(0, 'RIFF');
  view.setUint32(4, WAV_HEADER_BYTES - 8 + dataBytes, true);
  writeText(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, FORMAT_PCM, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * BYTES_PER_SAMPLE, true);
  view.setUint16(32, BYTES_PER_SAMPLE, true);
  view.setUint16(34, BYTES_PER_SAMPLE * 8, true);
  writeText(36, 'data');
  view.setUint32(40, dataBytes, true);
  return header;
}
