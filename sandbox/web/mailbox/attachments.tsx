import { Anchor } from '@twilio-paste/core/anchor';
import { Box } from '@twilio-paste/core/box';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import type { Mail } from '../api/types';

/** The attachments: a player for audio, a download link for every file. */
export const Attachments: React.FC<{ id: string; attachments: Mail['attachments'] }> = ({ id, attachments }) => {
  if (attachments.length === 0) return null;
  return (
    <Box as="ul" aria-label="Attachments" margin="space0" padding="space0" marginBottom="space60" listStyleType="none">
      {attachments.map((file, n) => {
        const address = `/api/mails/${id}/attachments/${n}`;
        return (
          <Box
            as="li"
            key={n}
            padding="space50"
            backgroundColor="colorBackground"
            borderRadius="borderRadius20"
            marginBottom="space30"
          >
            <Box display="flex" flexWrap="wrap" justifyContent="space-between" columnGap="space30" rowGap="space30">
              <Text as="span" fontWeight="fontWeightSemibold">
                {file.name}
              </Text>
              <Text as="span" color="colorTextWeak">{`${file.type}, ${formatBytes(file.size)}`}</Text>
              <Anchor href={`${address}?download`}>{`Download ${file.name}`}</Anchor>
            </Box>
            {file.type.startsWith('audio/') && (
              <Box marginTop="space40">
                {/* biome-ignore lint/a11y/useMediaCaption: the mail holds the transcript of the recording. */}
                <audio controls preload="metadata" src={address} aria-label={`Play ${file.name}`} />
              </Box>
            )}
          </Box>
        );
      })}
    </Box>
  );
};

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
