import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';

const KEYS = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
] as const;

const NAMES: Record<string, string> = { '*': 'star', '#': 'pound' };

/** Twelve keys. The keyboard works too, unless a text field has the focus. */
export const Keypad: React.FC<{ onPress: (key: string) => void }> = ({ onPress }) => {
  const [pressed, setPressed] = React.useState('');
  const press = React.useCallback(
    (key: string) => {
      setPressed((keys) => `${keys}${key}`.slice(-20));
      onPress(key);
    },
    [onPress],
  );

  React.useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = (event.target as Element | null)?.closest?.('input, textarea, select, [contenteditable]');
      if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !/^[0-9*#]$/.test(event.key))
        return;
      event.preventDefault();
      press(event.key);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [press]);

  return (
    <Box role="group" aria-label="Keypad">
      <Box display="grid" gridTemplateColumns="1fr 1fr 1fr" columnGap="space30" rowGap="space30">
        {KEYS.map(([key, letters]) => (
          <Button key={key} variant="secondary" fullWidth aria-label={NAMES[key]} onClick={() => press(key)}>
            <Box
              display="flex"
              flexDirection="column"
              alignItems="center"
              justifyContent="center"
              minHeight="sizeSquare90"
            >
              <Text
                as="span"
                color="inherit"
                fontSize="fontSize50"
                lineHeight="lineHeight40"
                fontWeight="fontWeightMedium"
              >
                {key}
              </Text>{' '}
              {letters && (
                <Text as="span" color="colorTextWeak" fontSize="fontSize10" lineHeight="lineHeight10">
                  {letters}
                </Text>
              )}
            </Box>
          </Button>
        ))}
      </Box>
      <Box aria-live="polite" minHeight="sizeSquare70" marginTop="space30">
        <Text as="span" color="colorTextWeak" fontSize="fontSize20" lineHeight="lineHeight20">
          {pressed ? `Pressed: ${pressed.split('').join(' ')}` : 'You can also use the keys of your keyboard.'}
        </Text>
      </Box>
    </Box>
  );
};
