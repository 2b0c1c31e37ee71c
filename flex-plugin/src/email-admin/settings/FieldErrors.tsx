import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import { HelpText } from '@twilio-paste/core/help-text';
import * as React from 'react';
import { useEmailAdmin } from '../email-admin-context';
import { fieldErrorMessage } from './field-error-messages';

/** Errors of a field and its nested fields. */
export const errorsAt = (errors: readonly FieldError[], path: string) =>
  errors.filter((error) => error.path === path || error.path.startsWith(`${path}.`));

/** What is wrong, right under the field it is about. */
export const FieldErrors: React.FC<{ id?: string; errors: readonly FieldError[] }> = ({ id, errors }) => {
  const { translator } = useEmailAdmin();
  if (errors.length === 0) return null;
  const messages = [...new Set(errors.map((error) => fieldErrorMessage(translator, error)))];
  return (
    <HelpText id={id} variant="error">
      {messages.join(' ')}
    </HelpText>
  );
};
