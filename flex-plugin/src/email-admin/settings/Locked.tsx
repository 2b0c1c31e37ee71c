import * as React from 'react';
import type { SettingsForm } from './use-settings-form';

const LockedContext = React.createContext(false);

/** True among settings that are locked: what a field shows besides its own input is for changing it. */
export const useIsLocked = (): boolean => React.useContext(LockedContext);

/** Settings that a supervisor of some queues reads and cannot change. */
export const Locked: React.FC<{ form: Pick<SettingsForm, 'answer'> }> = ({ form, children }) => {
  const isLocked = form.answer.ownQueues !== undefined;
  return (
    <LockedContext.Provider value={isLocked}>
      <fieldset disabled={isLocked} style={{ display: 'contents' }}>
        {children}
      </fieldset>
    </LockedContext.Provider>
  );
};
