import type { EmailHealth } from '@callback-and-voicemail/contract/email-admin-api';
import type { WorkflowProblem } from '@callback-and-voicemail/contract/workflow-problems';
import { Box } from '@twilio-paste/core/box';
import { Text } from '@twilio-paste/core/text';
import { ErrorIcon } from '@twilio-paste/icons/esm/ErrorIcon';
import { SuccessIcon } from '@twilio-paste/icons/esm/SuccessIcon';
import { WarningIcon } from '@twilio-paste/icons/esm/WarningIcon';
import * as React from 'react';
import type { MisplacedSetting } from '../../config';
import { formatRelativeTime, formatTime } from '../../strings/formats';
import type { StringKey } from '../../strings/strings';
import type { Translator } from '../../strings/translator';
import { useNow } from '../../task-card/use-now';
import { useEmailAdmin } from '../email-admin-context';
import { emailProblemMessage } from '../email-problem-messages';
import { describeProvider, providerLabel, providersOf } from '../mail-providers';
import { Section } from '../Section';

const WORKFLOW_TEXTS: Record<WorkflowProblem, StringKey> = {
  missing: 'WorkflowMissing',
  unreadable: 'WorkflowUnreadable',
  'no-default-filter': 'WorkflowNoDefault',
  'last-step-timeout': 'WorkflowTimeout',
  'never-offered': 'WorkflowNeverOffered',
};

type Line = { level: 'good' | 'warning' | 'error'; text: string };

/** What email depends on, one line each. Never shows a key. */
export const HealthSection: React.FC<{ health: EmailHealth }> = ({ health }) => {
  const { translator, misplacedSettings, isPlainFeatureOn } = useEmailAdmin();
  const lines = [
    ...configurationLines(translator, misplacedSettings, isPlainFeatureOn),
    ...healthLines(translator, health, useNow()),
  ];
  return (
    <Section title={translator.t('HealthTitle')}>
      <Box as="ul" margin="space0" padding="space0" listStyleType="none">
        {lines.map(({ level, text }) => (
          <Box as="li" key={text} display="flex" columnGap="space30" paddingY="space10" alignItems="center">
            <LevelIcon level={level} />
            <Text as="span" overflowWrap="anywhere">
              {text}
            </Text>
          </Box>
        ))}
      </Box>
    </Section>
  );
};

const LevelIcon: React.FC<{ level: Line['level'] }> = ({ level }) => {
  if (level === 'error') return <ErrorIcon decorative size="sizeIcon20" color="colorTextIconError" />;
  if (level === 'warning') return <WarningIcon decorative size="sizeIcon20" color="colorTextIconWarning" />;
  return <SuccessIcon decorative size="sizeIcon20" color="colorTextIconSuccess" />;
};

/** What administrators have to move or switch off in Flex's configuration. */
function configurationLines(
  { t }: Translator,
  misplacedSettings: readonly MisplacedSetting[],
  isPlainFeatureOn: boolean,
): Line[] {
  const misplaced = misplacedSettings.map(
    ({ name, variable }): Line =>
      name === 'mailgun_api_key'
        ? { level: 'error', text: t('MailgunKeyWarning') }
        : { level: 'warning', text: t('HealthMisplaced', { name, variable }) },
  );
  return isPlainFeatureOn ? [...misplaced, { level: 'warning', text: t('HealthPlainFeature') }] : misplaced;
}

function healthLines(translator: Translator, health: EmailHealth, now: number): Line[] {
  const { t } = translator;
  const { provider, sync } = health;
  const lines: Line[] = [
    ...(provider.configured
      ? providerLines(translator, providersOf(health), provider.from)
      : [{ level: 'error' as const, text: t('HealthNoProvider') }]),
    ...provider.configErrors.map((name): Line => ({ level: 'error', text: t('HealthFault', { name }) })),
    sync.reachable ? { level: 'good', text: t('HealthSync') } : { level: 'error', text: t('HealthNoSync') },
  ];
  if (sync.aclEnabled === true) lines.push({ level: 'good', text: t('HealthAcl') });
  if (sync.aclEnabled === false) lines.push({ level: 'warning', text: t('HealthNoAcl') });
  if (health.lastSuccessAt !== undefined)
    lines.push({
      level: 'good',
      text: t('HealthSuccess', { ago: formatRelativeTime(translator, health.lastSuccessAt, now) }),
    });
  if (health.lastFailure !== undefined) {
    const { at } = health.lastFailure;
    const isResolved = [health.lastSuccessAt, health.lastTestAt].some((time) => time !== undefined && time > at);
    lines.push({
      level: isResolved ? 'good' : 'warning',
      text: t('HealthFailure', {
        ago: formatRelativeTime(translator, health.lastFailure.at, now),
        reason: emailProblemMessage(translator, health.lastFailure.problem, providersOf(health)),
      }),
    });
  }
  lines.push(...limitLines(translator, health.limits, now), ...workflowLines(translator, health.workflows));
  lines.push(
    health.schedulerRuns
      ? {
          level: 'good',
          text: t('HealthScheduler', { ago: formatRelativeTime(translator, health.lastSweepAt ?? '', now) }),
        }
      : {
          level: 'warning',
          text:
            health.lastSweepAt === undefined
              ? t('HealthNoSweep')
              : t('HealthNoScheduler', { ago: formatRelativeTime(translator, health.lastSweepAt, now) }),
        },
  );
  return lines;
}

/** The provider that is tried first, and below it each that takes over from the one above. */
function providerLines(
  translator: Translator,
  providers: ReturnType<typeof providersOf>,
  from: string | undefined,
): Line[] {
  const { t } = translator;
  return providers.map((one, n) => {
    const provider = describeProvider(translator, one);
    const previous = providers[n - 1];
    return {
      level: 'good',
      text:
        previous === undefined
          ? t('HealthProvider', { provider, from: from ?? '' })
          : t('HealthTakesOver', { provider, previous: providerLabel(previous.name) }),
    };
  });
}

/** Which provider is at its hourly limit or will be within the hour, and what becomes of further emails. */
function limitLines(translator: Translator, limits: EmailHealth['limits'] = [], now: number): Line[] {
  return limits.flatMap(({ provider, limit, reachedAt, freeAt, next }): Line[] => {
    if (reachedAt === undefined || freeAt === undefined) return [];
    const time = formatTime(translator, reachedAt, now);
    const about = { provider: providerLabel(provider), limit, time };
    const text =
      next === undefined
        ? translator.t('HealthLimitWaits', { ...about, until: formatTime(translator, freeAt, now) })
        : translator.t('HealthLimitNext', { ...about, next: providerLabel(next) });
    return [{ level: 'warning', text }];
  });
}

/** What would lose callbacks, each workflow and filter by its name. */
function workflowLines({ t }: Translator, findings: EmailHealth['workflows']): Line[] {
  if (findings === undefined) return [];
  if (findings.length === 0) return [{ level: 'good', text: t('WorkflowsGood') }];
  return findings.map(({ workflow, problem, filter = '' }) => ({
    level: 'error',
    // Functions of a later version may know other problems.
    text: t(WORKFLOW_TEXTS[problem] ?? WORKFLOW_TEXTS.unreadable, { name: workflow, filter }),
  }));
}
