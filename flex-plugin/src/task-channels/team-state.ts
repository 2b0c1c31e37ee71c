import type { ITask } from '@twilio/flex-ui';
import { formatTime } from '../strings/formats';
import type { Translator } from '../strings/translator';

/**
 * How a worker's task stands, for Flex's Teams view: accepted means taken, not handled.
 * @param now milliseconds since 1970
 * @returns undefined when there is nothing to say
 */
export function teamStateText(
  { status, dateUpdated }: Pick<ITask, 'status' | 'dateUpdated'>,
  translator: Translator,
  now: number,
): string | undefined {
  const { t } = translator;
  if (status === 'pending') return t('TaskOffered');
  if (status === 'wrapping') return t('WrappingUp');
  if (status !== 'accepted') return undefined;
  return t('TakenAt', { time: formatTime(translator, (dateUpdated ?? new Date(now)).toISOString(), now) });
}
