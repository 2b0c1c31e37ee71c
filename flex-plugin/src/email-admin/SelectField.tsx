import { Box } from '@twilio-paste/core/box';
import { Label } from '@twilio-paste/core/label';
import { Option, Select } from '@twilio-paste/core/select';
import * as React from 'react';
import { useId } from '../use-id';

export interface SelectOption<Choice extends string> {
  value: Choice;
  label: string;
}

/** A label and a choice of one. */
export function SelectField<Choice extends string>({
  label,
  value,
  options,
  onChange,
  isInline = false,
}: {
  label: string;
  value: Choice;
  options: readonly SelectOption<Choice>[];
  onChange: (value: Choice) => void;
  /** The label stands beside the choice. */
  isInline?: boolean;
}): JSX.Element {
  const id = useId('select');
  const choose = (chosen: string) => {
    const option = options.find((one) => one.value === chosen);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <Box {...(isInline && { display: 'flex', columnGap: 'space30', alignItems: 'center' })}>
      <Label htmlFor={id} {...(isInline && { marginBottom: 'space0' })}>
        {label}
      </Label>
      <Select id={id} value={value} onChange={({ target }) => choose(target.value)}>
        {options.map((option) => (
          <Option key={option.value} value={option.value}>
            {option.label}
          </Option>
        ))}
      </Select>
    </Box>
  );
}
