import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import { maxLengthAt } from '@callback-and-voicemail/contract/email-settings';
import { Box } from '@twilio-paste/core/box';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import * as React from 'react';
import { useId } from '../../use-id';
import { errorsAt, FieldErrors } from './FieldErrors';

export interface TextFieldProps {
  label: string;
  /** Where it is in the settings; its schema there has the limits. */
  path: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  errors: readonly FieldError[];
  help?: string;
  type?: 'text' | 'number' | 'tel';
  /** Id of a `<datalist>`. */
  list?: string;
  inputRef?: React.Ref<HTMLInputElement>;
}

/** One line of text; an empty one is no value. */
export const TextField: React.FC<TextFieldProps> = ({
  label,
  path,
  value = '',
  onChange,
  errors,
  help,
  type = 'text',
  list,
  inputRef,
  children,
}) => {
  const id = useId('text');
  const fieldErrors = errorsAt(errors, path);
  return (
    <Box>
      <Label htmlFor={id}>{label}</Label>
      <Input
        ref={inputRef}
        id={id}
        type={type}
        dir={type === 'text' ? 'auto' : undefined}
        value={value}
        maxLength={maxLengthAt(path)}
        list={list}
        autoComplete="off"
        hasError={fieldErrors.length > 0}
        aria-describedby={`${id}-help`}
        onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
      />
      <Box id={`${id}-help`}>
        {fieldErrors.length > 0 ? (
          <FieldErrors errors={fieldErrors} />
        ) : (
          help !== undefined && <HelpText>{help}</HelpText>
        )}
      </Box>
      {children}
    </Box>
  );
};
