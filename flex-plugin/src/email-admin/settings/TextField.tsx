import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import { Box } from '@twilio-paste/core/box';
import { HelpText } from '@twilio-paste/core/help-text';
import { Input } from '@twilio-paste/core/input';
import { Label } from '@twilio-paste/core/label';
import * as React from 'react';
import { useId } from '../../use-id';
import { FieldProblems, problemsAt } from './FieldProblems';

export interface TextFieldProps {
  label: string;
  path: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  problems: readonly FieldError[];
  help?: string;
  maxLength?: number;
  type?: 'text' | 'number';
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
  problems,
  help,
  maxLength,
  type = 'text',
  list,
  inputRef,
  children,
}) => {
  const id = useId('text');
  const wrong = problemsAt(problems, path);
  return (
    <Box>
      <Label htmlFor={id}>{label}</Label>
      <Input
        ref={inputRef}
        id={id}
        type={type}
        value={value}
        maxLength={maxLength}
        list={list}
        autoComplete="off"
        hasError={wrong.length > 0}
        aria-describedby={`${id}-help`}
        onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
      />
      <Box id={`${id}-help`}>
        {wrong.length > 0 ? <FieldProblems problems={wrong} /> : help !== undefined && <HelpText>{help}</HelpText>}
      </Box>
      {children}
    </Box>
  );
};
