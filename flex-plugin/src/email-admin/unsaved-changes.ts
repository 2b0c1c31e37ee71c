import { useEffect, useRef } from 'react';
import { useSelector } from 'react-redux';
import { useEmailAdmin } from './email-admin-context';
import { selectSettings } from './selectors';

/** Closing the page with unsaved changes asks first, anywhere in Flex. */
export function useConfirmLeavingUnsaved(): void {
  const hasChanges = useSelector(selectSettings).draft !== undefined;
  useEffect(() => {
    if (!hasChanges) return undefined;
    const confirmLeaving = (event: BeforeUnloadEvent) => {
      event.preventDefault();
      event.returnValue = '';
    };
    window.addEventListener('beforeunload', confirmLeaving);
    return () => window.removeEventListener('beforeunload', confirmLeaving);
  }, [hasChanges]);
}

/** The draft stays in Flex's store while the supervisor works elsewhere; a notice says so when they leave. */
export function useNotifyUnsavedOnLeave(): void {
  const { notifyUnsaved: noticeUnsaved } = useEmailAdmin();
  const hasChanges = useSelector(selectSettings).draft !== undefined;
  const latest = useRef(hasChanges);
  latest.current = hasChanges;
  useEffect(() => () => void (latest.current && noticeUnsaved()), [noticeUnsaved]);
}
