import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { FilePicker, FilePickerButton } from '@twilio-paste/core/file-picker';
import { Heading } from '@twilio-paste/core/heading';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Stack } from '@twilio-paste/core/stack';
import { MicrophoneOffIcon } from '@twilio-paste/icons/cjs/MicrophoneOffIcon';
import { MicrophoneOnIcon } from '@twilio-paste/icons/cjs/MicrophoneOnIcon';
import * as React from 'react';
import { useLive } from '../state/live';
import type { CallState } from '../state/live-state';
import { openMicrophone } from './microphone';

/** Two ways to speak into a call at once: a sample message, and the microphone. */
export const SpeakPanel: React.FC<{ call: CallState; onError: (message: string) => void }> = ({ call, onError }) => {
  const { client } = useLive();
  const [said, setSaid] = React.useState('');
  const microphone = useMicrophone(call, onError);
  const attempt = (done: string, act: () => Promise<void>) => act().then(() => setSaid(done), fail(onError));

  return (
    <Box role="group" aria-label="Speak">
      <Heading as="h2" variant="heading50">
        Speak
      </Heading>
      <Box aria-live="polite" marginBottom="space40">
        <HelpText marginTop="space0">
          {hint(call, microphone.open) || said || 'What you say now is not recorded.'}
        </HelpText>
      </Box>
      <Box display="flex" flexWrap="wrap" columnGap="space30" rowGap="space30">
        <Button
          variant="secondary"
          onClick={() => attempt('The sample message is playing.', () => client.speakSample(call.sid))}
        >
          Speak the sample message
        </Button>
        <Button variant="secondary" onClick={microphone.toggle} aria-pressed={microphone.open}>
          {microphone.open ? <MicrophoneOnIcon decorative /> : <MicrophoneOffIcon decorative />}
          {microphone.open ? 'Close the microphone' : 'Use the microphone'}
        </Button>
      </Box>
    </Box>
  );
};

/** A sound file of one's own, with the words in it. */
export const SpeakFile: React.FC<{ callSid: string; onError: (message: string) => void }> = ({ callSid, onError }) => {
  const { client } = useLive();
  const [transcript, setTranscript] = React.useState('');
  const [file, setFile] = React.useState<File | null>(null);
  const [said, setSaid] = React.useState('');
  const attempt = (done: string, act: () => Promise<void>) => act().then(() => setSaid(done), fail(onError));
  return (
    <Box role="group" aria-label="Speak a file">
      <Stack orientation="vertical" spacing="space50">
        <Box>
          <Label htmlFor="speech-file">Or speak a sound file</Label>
          <FilePicker
            id="speech-file"
            accept=".wav,audio/wav"
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
            aria-describedby="speech-file-help"
          >
            <FilePickerButton variant="secondary">Choose a file</FilePickerButton>
          </FilePicker>
          <HelpText id="speech-file-help">Any PCM WAV file.</HelpText>
        </Box>
        {file && (
          <Box>
            <Label htmlFor="speech-words">What is said in it</Label>
            <Input
              id="speech-words"
              type="text"
              value={transcript}
              onChange={(event) => setTranscript(event.target.value)}
              aria-describedby="speech-words-help"
            />
            <HelpText id="speech-words-help">
              Optional. It becomes the transcript, since the sandbox has no speech recognition.
            </HelpText>
            <Box marginTop="space40">
              <Button
                variant="secondary"
                onClick={() =>
                  attempt(`${file.name} is playing.`, () => client.speak(callSid, file, transcript.trim() || undefined))
                }
              >
                Speak this file
              </Button>
            </Box>
          </Box>
        )}
        <Box aria-live="polite">{said !== '' && <HelpText marginTop="space0">{said}</HelpText>}</Box>
      </Stack>
    </Box>
  );
};

function hint(call: CallState, microphoneOpen: boolean): string {
  if (call.recording)
    return microphoneOpen ? 'Recording: speak, then hang up or press a key.' : 'Recording: say something.';
  return microphoneOpen ? 'The microphone is open.' : '';
}

const fail = (onError: (message: string) => void) => (error: Error) => onError(error.message);

/** The microphone, open until it is closed, the call ends or the page unmounts. Sends the audio in order. */
function useMicrophone(call: CallState, onError: (message: string) => void) {
  const { client } = useLive();
  const [open, setOpen] = React.useState(false);
  const close = React.useRef<(() => void) | null>(null);
  const opening = React.useRef(false);

  const shut = React.useCallback(() => {
    close.current?.();
    close.current = null;
    setOpen(false);
  }, []);
  React.useEffect(() => () => close.current?.(), []);
  React.useEffect(() => {
    if (call.endedAt !== null) shut();
  }, [call.endedAt, shut]);

  const toggle = async () => {
    if (close.current) {
      shut();
      return;
    }
    if (opening.current) return;
    opening.current = true;
    let sent = Promise.resolve();
    try {
      close.current = await openMicrophone((wav) => {
        // In order: an upload that overtakes another would scramble the words.
        sent = sent.then(() => client.speak(call.sid, wav)).catch(() => undefined);
      });
      setOpen(true);
    } catch (error) {
      fail(onError)(error as Error);
    } finally {
      opening.current = false;
    }
  };
  return { open, toggle: () => void toggle() };
}
