import { Box } from '@twilio-paste/core/box';
import { Disclosure, DisclosureContent, DisclosureHeading, useDisclosureState } from '@twilio-paste/core/disclosure';
import * as React from 'react';

/** A line that opens to the data behind it. The data is rendered only when opened: logs hold thousands. */
export const Details: React.FC<{
  summary: NonNullable<React.ReactNode>;
  detail: unknown;
  headingLevel?: 'h2' | 'h3';
}> = ({ summary, detail, headingLevel = 'h3' }) => {
  const state = useDisclosureState();
  return (
    <Disclosure state={state}>
      <DisclosureHeading as={headingLevel} variant="heading60">
        {summary}
      </DisclosureHeading>
      <DisclosureContent>
        {state.visible && (
          <Box
            as="pre"
            tabIndex={0}
            role="region"
            aria-label="Details"
            margin="space0"
            padding="space50"
            maxHeight="size40"
            overflow="auto"
            backgroundColor="colorBackground"
            borderRadius="borderRadius20"
            fontFamily="fontFamilyCode"
            fontSize="fontSize20"
            lineHeight="lineHeight30"
            color="colorText"
            outline="none"
            _focusVisible={{ boxShadow: 'shadowFocus' }}
          >
            {typeof detail === 'string' ? detail : JSON.stringify(detail, null, 2)}
          </Box>
        )}
      </DisclosureContent>
    </Disclosure>
  );
};
