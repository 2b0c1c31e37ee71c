import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import { Option, Select } from '@twilio-paste/core/select';
import { Stack } from '@twilio-paste/core/stack';
import { CallIcon } from '@twilio-paste/icons/cjs/CallIcon';
import * as React from 'react';
import type { PhoneLine } from '../api/types';

export interface DialedCall {
  from: string;
  to: string;
  callerName?: string;
}

/** `+266696687` spells ANONYMOUS: how a withheld number arrives in webhooks. */
const CALLERS = [
  { id: 'ana', label: '+1 415 555 0123, Ana Ruiz', from: '+14155550123', callerName: 'Ana Ruiz' },
  { id: 'ben', label: '+1 212 555 0147, Ben Okafor', from: '+12125550147', callerName: 'Ben Okafor' },
  { id: 'withheld', label: 'A withheld number', from: '+266696687', callerName: undefined },
  { id: 'own', label: 'Another number', from: '', callerName: undefined },
] as const;

interface DialerProps {
  lines: PhoneLine[];
  busy: boolean;
  onDial: (call: DialedCall) => void;
  onLeaveVoicemail: (call: DialedCall) => void;
}

/** Caller, dialed number, and what to do: call, or have a sample voicemail left. */
export const Dialer: React.FC<DialerProps> = ({ lines, busy, onDial, onLeaveVoicemail }) => {
  const [callerId, setCallerId] = React.useState<string>('ana');
  const [own, setOwn] = React.useState('');
  const [error, setError] = React.useState('');
  const [to, setTo] = React.useState(lines[0]?.number ?? '');
  const caller = CALLERS.find(({ id }) => id === callerId) ?? CALLERS[0];
  const input = React.useRef<HTMLInputElement>(null);

  const withCall = (act: (call: DialedCall) => void) => {
    const from = caller.id === 'own' ? own.replace(/[\s().-]/g, '') : caller.from;
    if (caller.id === 'own' && !/^(\+?\d{3,15}|sip:\S+@\S+)$/.test(from)) {
      setError('Enter a number such as +442079460123, or a SIP address such as sip:ana@example.com.');
      input.current?.focus();
      return;
    }
    setError('');
    act({ from, to, ...(caller.callerName ? { callerName: caller.callerName } : {}) });
  };

  const dial = (event: React.FormEvent) => {
    event.preventDefault();
    withCall(onDial);
  };

  return (
    <form onSubmit={dial} noValidate>
      <Stack orientation="vertical" spacing="space60">
        <Box>
          <Label htmlFor="caller">Call from</Label>
          <Select id="caller" value={callerId} onChange={(event) => setCallerId(event.target.value)}>
            {CALLERS.map(({ id, label }) => (
              <Option key={id} value={id}>
                {label}
              </Option>
            ))}
          </Select>
        </Box>
        {caller.id === 'own' && (
          <Box>
            <Label htmlFor="own-number" required>
              Your number
            </Label>
            <Input
              id="own-number"
              type="tel"
              ref={input}
              value={own}
              onChange={(event) => setOwn(event.target.value)}
              required
              hasError={error !== ''}
              aria-describedby="own-number-help"
            />
            <HelpText id="own-number-help" variant={error ? 'error' : 'default'}>
              {error || 'With country code: +442079460123. No real call is made.'}
            </HelpText>
          </Box>
        )}
        <Box>
          <Label htmlFor="dialed">Number to call</Label>
          <Select id="dialed" value={to} onChange={(event) => setTo(event.target.value)}>
            {lines.map(({ number, title }) => (
              <Option key={number} value={number}>
                {title === '' ? number : `${title}, ${number}`}
              </Option>
            ))}
          </Select>
        </Box>
        <Button variant="primary" type="submit" fullWidth loading={busy}>
          <CallIcon decorative />
          Call
        </Button>
        <Button variant="secondary" fullWidth disabled={busy} onClick={() => withCall(onLeaveVoicemail)}>
          Leave a sample voicemail
        </Button>
      </Stack>
    </form>
  );
};
