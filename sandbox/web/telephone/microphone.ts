import { toWavFile } from './wav-file';

/** Seconds of audio in each upload: short enough that a silence timeout does not fire while the caller speaks. */
const PIECE_SECONDS = 1;

/**
 * Opens the microphone and passes its audio on as telephone WAV files of one second each. The returned function closes
 * it and passes on the rest. @throws Error with a message for the page when there is no microphone or no permission
 */
export async function openMicrophone(onPiece: (wav: Blob) => void): Promise<() => void> {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error('This browser does not give this page a microphone.');
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
