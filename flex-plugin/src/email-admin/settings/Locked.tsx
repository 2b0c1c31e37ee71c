import * as React from 'react';
import type { SettingsForm } from './use-settings-form';

/** Settings that a supervisor of some queues reads and cannot change. */
export const Locked: React.FC<{ form: Pick<SettingsForm, 'answer'> }> = ({ form, children }) => (
  <fieldset disabled={form.answer.ownQueues !== undefined} style={{ display: 'contents' }}>
    {children}
  </fieldset>
);
