import { Box } from '@twilio-paste/core/box';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import type { Caption } from '../state/live-state';

/** Captions of everything the caller hears, shown whether or not the sound is on. */
export const Captions: React.FC<{ captions: Caption[] }> = ({ captions }) => {
  const box = React.useRef<HTMLElement>(null);
  const newest = captions.at(-1)?.id;
  // Runs again for each new caption.
  React.useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [newest]);
  return (
    <Box>
      <Heading as="h2" variant="heading50">
        What the caller hears
      </Heading>
      <Box
        ref={box}
        role="log"
        aria-live="polite"
        aria-label="What the caller hears"
        tabIndex={0}
        height="size10"
        overflowY="auto"
        padding="space50"
        backgroundColor="colorBackground"
        borderRadius="borderRadius20"
        outline="none"
        _focusVisible={{ boxShadow: 'shadowFocus' }}
      >
        {captions.length === 0 && (
          <Text as="p" color="colorTextWeak">
            Nothing yet.
          </Text>
        )}
        {captions.map(({ id, kind, text, language }) => (
          <Box key={id} lang={language} marginBottom="space30">
            <Text
              as="p"
              fontSize="fontSize30"
              lineHeight="lineHeight30"
              color={kind === 'heard' ? 'colorText' : 'colorTextWeak'}
              fontStyle={kind === 'heard' ? 'normal' : 'italic'}
              fontWeight={kind === 'heard' && id === newest ? 'fontWeightMedium' : 'fontWeightNormal'}
            >
              {text}
            </Text>
          </Box>
        ))}
      </Box>
    </Box>
  );
};
