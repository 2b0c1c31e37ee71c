import { emailOutage } from '@callback-and-voicemail/contract/email-problems';
import { Box } from '@twilio-paste/core/box';
import { EmailIcon } from '@twilio-paste/icons/esm/EmailIcon';
import * as React from 'react';
import { useSelector } from 'react-redux';
import type { Translator } from '../strings/translator';
import { useEmailAdmin } from './email-admin-context';
import { useBounceCount } from './history/delivery-query';
import { type EmailRootState, selectSettings } from './selectors';
import { useSettingsQuery } from './settings/settings-query';
import { useConfirmLeavingUnsaved } from './unsaved-changes';

/** A long interval, because every supervisor's Flex polls all day. */
const FAILURE_CHECK_INTERVAL_MS = 5 * 60_000;

/** The props of Flex's `SideLink` that the plugin sets; Flex adds the others. */
export interface SideLinkProps {
  showLabel?: boolean;
  isActive?: boolean;
  icon: React.ReactNode;
  iconActive?: React.ReactNode;
  onClick: () => void;
  'aria-label'?: string;
  children?: React.ReactNode;
}

/** An outage counts only while email is switched on. */
function hasEmailOutage(root: EmailRootState): boolean {
  const { answer } = selectSettings(root);
  return answer?.settings.enabled === true && emailOutage(answer.health) !== undefined;
}

/** Those that failed for all recipients, or were refused for some. */
function failedEmails(root: EmailRootState): number {
  const { failedEmails: forAll = 0, refusedEmails: forSome = 0 } = selectSettings(root).answer?.health ?? {};
  return forAll + forSome;
}

/** The link in the side navigation, marked while emails fail or are refused, bounced of late, or none goes out. */
export const EmailSideLink: React.FC<{
  /** Flex's own `SideLink`. */
  as: React.ComponentType<SideLinkProps>;
  isActive: boolean;
  onClick: () => void;
}> = ({ as: SideLink, isActive, onClick, ...flexProps }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const failed = useSelector(failedEmails);
  const hasOutage = useSelector(hasEmailOutage);
  // The open view fetches by itself, and more often.
  useSettingsQuery(FAILURE_CHECK_INTERVAL_MS, !isActive);
  const bounced = useBounceCount(FAILURE_CHECK_INTERVAL_MS, !isActive);
  useConfirmLeavingUnsaved();
  const icon = <LinkIcon isMarked={hasOutage || failed + bounced > 0} />;
  const label = linkLabel(t, { hasOutage, failed, bounced });
  return (
    <SideLink {...flexProps} isActive={isActive} icon={icon} iconActive={icon} aria-label={label} onClick={onClick}>
      {label}
    </SideLink>
  );
};

function linkLabel(
  t: Translator['t'],
  { hasOutage, failed, bounced }: { hasOutage: boolean; failed: number; bounced: number },
): string {
  if (hasOutage) return t('PanelLinkOutage');
  if (bounced > 0) return t('PanelLinkBounced', { count: failed + bounced });
  return failed > 0 ? t('PanelLinkFailing', { count: failed }) : t('PanelLink');
}

const LinkIcon: React.FC<{ isMarked: boolean }> = ({ isMarked }) => (
  <Box position="relative" display="inline-flex" color="currentColor">
    <EmailIcon decorative size="sizeIcon40" color="currentColor" />
    {isMarked && (
      <Box
        position="absolute"
        top="-2px"
        right="-2px"
        width="8px"
        height="8px"
        borderRadius="borderRadiusCircle"
        backgroundColor="colorBackgroundError"
        data-mark="failing"
      />
    )}
  </Box>
);
