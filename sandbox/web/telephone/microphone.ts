import { toWavFile } from './wav-file';

/** How much is sent at a time: a second, so that a silence time-out hears the caller while they still speak. */
const PIECE_SECONDS = 1;

/**
 * Opens the microphone and hands out what it hears as telephone WAV files of a second each, until the returned function
 * is called, which hands out the rest. @throws Error, readable, when there is no microphone or it is not allowed.
 */
export async function openMicrophone(onPiece: (wav: Blob) => void): Promise<() => void> {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error('This browser gives no microphone to this page.');
  const stream = await navigator.mediaDevices
    .getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } })
    .catch((error: Error) => {
      throw new Error(`The microphone could not be opened: ${error.message}`);
    });
  const context = new AudioContext();
  await context.audioWorklet.addModule('/capture-worklet.js');
  const capture = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0 });
  const rate = context.sampleRate;

  let chunks: Float32Array[] = [];
  let length = 0;
  const flush = () => {
    if (length === 0) return;
    const samples = new Float32Array(length);
    let at = 0;
    for (const chunk of chunks) {
      samples.set(chunk, at);
      at += chunk.length;
    }
    chunks = [];
    length = 0;
    onPiece(toWavFile(samples, rate));
  };
  capture.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
    chunks.push(data);
    length += data.length;
    if (length >= rate * PIECE_SECONDS) flush();
  };
  context.createMediaStreamSource(stream).connect(capture);

  return () => {
    capture.port.onmessage = null;
    flush();
    for (const track of stream.getTracks()) track.stop();
    void context.close();
  };
}
