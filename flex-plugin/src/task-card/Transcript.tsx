import { cutText } from '@callback-and-voicemail/contract/cut-text';
import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { usePlugin } from '../plugin-context';
import type { StringKey } from '../strings/strings';
import { useId } from '../use-id';

const NO_TRANSCRIPT_MESSAGES: Record<VoicemailCard['transcript']['state'], StringKey> = {
  pending: 'TranscriptPending',
  failed: 'TranscriptFailed',
  none: 'TranscriptNone',
  // Ready but empty.
  ready: 'TranscriptNone',
};

/** About two lines; the rest is shown on request. */
const PREVIEW_CHARS = 160;

/** The transcript, or why there is none. Its space is reserved, so that nothing moves when it arrives (ADR 0027). */
export const Transcript: React.FC<{ transcript: VoicemailCard['transcript'] }> = ({ transcript: { state, text } }) => {
  const { t } = usePlugin().translator;
  const [isExpanded, setIsExpanded] = React.useState(false);
  const id = useId('transcript');
  const hasText = state === 'ready' && text !== undefined && text !== '';
  const isLong = hasText && text.length > PREVIEW_CHARS;
  return (
    <Box
      minHeight="48px"
      role="group"
      aria-label={t('TranscriptTitle')}
      element="CALLBACK_AND_VOICEMAIL_EMAIL_TRANSCRIPT"
    >
      {hasText ? (
        <>
          <Text as="div" dir="auto" id={id} wordBreak="break-word" whiteSpace="pre-wrap">
            {isLong && !isExpanded
              ? `${cutText(text, text.lastIndexOf(' ', PREVIEW_CHARS) + 1 || PREVIEW_CHARS).trimEnd()} …`
              : text}
          </Text>
          {isLong && (
            <Button
              variant="link"
              size="reset"
              aria-expanded={isExpanded}
              aria-controls={id}
              aria-label={`${t(isExpanded ? 'Less' : 'More')}: ${t('TranscriptTitle')}`}
              onClick={() => setIsExpanded(!isExpanded)}
            >
              {t(isExpanded ? 'Less' : 'More')}
            </Button>
          )}
        </>
      ) : (
        <Text as="div" color="colorTextWeak">
          {t(NO_TRANSCRIPT_MESSAGES[state])}
        </Text>
      )}
    </Box>
  );
};
