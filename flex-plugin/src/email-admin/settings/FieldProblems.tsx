import type { FieldError } from '@callback-and-voicemail/contract/email-admin-api';
import { HelpText } from '@twilio-paste/core/help-text';
import * as React from 'react';
import { useEmailAdmin } from '../email-admin-context';
import { problemWords } from './problem-words';

/** Those of a field, and of what is in it. */
export const problemsAt = (problems: readonly FieldError[], path: string) =>
  problems.filter((one) => one.path === path || one.path.startsWith(`${path}.`));

/** What is wrong, right under the field it is about. */
export const FieldProblems: React.FC<{ id?: string; problems: readonly FieldError[] }> = ({ id, problems }) => {
  const { translator } = useEmailAdmin();
  if (problems.length === 0) return null;
  const said = [...new Set(problems.map((problem) => problemWords(translator, problem)))];
  return (
    <HelpText id={id} variant="error">
      {said.join(' ')}
    </HelpText>
  );
};
