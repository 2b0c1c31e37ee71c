import { Box } from '@twilio-paste/core/box';
import { Text } from '@twilio-paste/core/text';
import { AttachIcon } from '@twilio-paste/icons/cjs/AttachIcon';
import * as React from 'react';
import type { MailSummary } from '../api/types';
import { useLinkHandler } from '../routing';

/** The mails, newest first. Each line links to its mail. */
export const MailList: React.FC<{ mails: MailSummary[]; openId: string | undefined }> = ({ mails, openId }) => (
  <Box
    as="nav"
    aria-label="Mails"
    backgroundColor="colorBackgroundBody"
    borderRadius="borderRadius30"
    borderWidth="borderWidth10"
    borderStyle="solid"
    borderColor="colorBorderWeaker"
    overflow="hidden"
  >
    <Box as="ul" margin="space0" padding="space0" listStyleType="none">
      {mails.map((mail) => (
        <Box as="li" key={mail.id}>
          <MailLine mail={mail} open={mail.id === openId} />
        </Box>
      ))}
    </Box>
  </Box>
);

const MailLine: React.FC<{ mail: MailSummary; open: boolean }> = ({ mail, open }) => (
  <Box
    as="a"
    href={`/mailbox/${mail.id}`}
    onClick={useLinkHandler(`/mailbox/${mail.id}`)}
    aria-current={open ? 'true' : undefined}
    display="block"
    padding="space50"
    textDecoration="none"
    outline="none"
    backgroundColor={open ? 'colorBackgroundPrimaryWeakest' : 'colorBackgroundBody'}
    borderBottomWidth="borderWidth10"
    borderBottomStyle="solid"
    borderBottomColor="colorBorderWeaker"
    _hover={{ backgroundColor: 'colorBackgroundPrimaryWeakest' }}
    _focusVisible={{ boxShadow: 'shadowFocusInset' }}
  >
    <Box display="flex" justifyContent="space-between" columnGap="space40">
      <Text
        as="span"
        fontSize="fontSize20"
        color="colorTextWeak"
        overflow="hidden"
        textOverflow="ellipsis"
        whiteSpace="nowrap"
      >
        {`To ${mail.recipients.join(', ')}`}
      </Text>
      <Text as="span" fontSize="fontSize20" color="colorTextWeak" whiteSpace="nowrap">
        {new Date(mail.at).toLocaleTimeString()}
      </Text>
    </Box>
    <Text as="span" display="block" fontWeight="fontWeightSemibold" color="colorText" marginTop="space20">
      {mail.subject || '(no subject)'}
    </Text>
    {mail.preview !== undefined && mail.preview !== '' && (
      <Text
        as="span"
        display="block"
        fontSize="fontSize20"
        color="colorTextWeak"
        marginTop="space20"
        overflow="hidden"
        textOverflow="ellipsis"
        whiteSpace="nowrap"
      >
        {mail.preview}
      </Text>
    )}
    {mail.attachments.length > 0 && (
      <Box display="flex" alignItems="center" columnGap="space20" marginTop="space20">
        <AttachIcon decorative color="colorTextIcon" size="sizeIcon10" />
        <Text as="span" fontSize="fontSize20" color="colorTextWeak">
          {mail.attachments.map(({ name }) => name).join(', ')}
        </Text>
      </Box>
    )}
  </Box>
);
