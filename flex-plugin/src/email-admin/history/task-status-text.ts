import type { EmailDelivery } from '@callback-and-voicemail/contract/bounce-reasons';
import type { AttentionItem, HistoryItem } from '@callback-and-voicemail/contract/email-admin-api';
import { isolateText } from '@callback-and-voicemail/contract/isolate-text';
import type { TaskLoss } from '@callback-and-voicemail/contract/task-losses';
import { bounceMessage } from '../../bounce-messages';
import { formatList, formatRelativeTime, formatTime } from '../../strings/formats';
import type { StringKey } from '../../strings/strings';
import type { Translator } from '../../strings/translator';
import { emailProblemMessage } from '../email-problem-messages';
import type { selectProviders } from '../selectors';

const LOSS_TEXTS: Record<TaskLoss, StringKey> = {
  expired: 'LossExpired',
  workflow: 'LossWorkflow',
  assignments: 'LossAssignments',
  canceled: 'LossCanceled',
  deleted: 'LossDeleted',
  'not-created': 'LossNotCreated',
  unknown: 'LossUnknown',
};
/** Functions of a later version may know other losses. */
const lossText = ({ t }: Translator, loss: TaskLoss | undefined) =>
  t(LOSS_TEXTS[loss ?? 'unknown'] ?? LOSS_TEXTS.unknown);

/** How the task of a callback or voicemail stands, by whom, since when, and which recipient has taken it. */
export function taskStatusText(translator: Translator, item: Pick<HistoryItem, 'task'>, now: number): string {
  const { takenFromEmail: taken } = item.task;
  const state = taskStateText(translator, item, now);
  if (taken === undefined) return state;
  const time = formatTime(translator, taken.at, now);
  return [state, translator.t('HistoryTakenFromEmail', { name: taken.by, time })].filter(Boolean).join(', ');
}

function taskStateText(translator: Translator, { task }: Pick<HistoryItem, 'task'>, now: number): string {
  const { t } = translator;
  const timed = (text: string) => (task.at === undefined ? text : `${text}, ${formatTime(translator, task.at, now)}`);
  switch (task.state) {
    case 'pending':
    case 'waiting':
      return t('HistoryTaskWaiting');
    case 'offered':
      return t('HistoryOffered');
    case 'taken':
      return timed(task.by === undefined ? t('HistoryTakenUnnamed') : t('HistoryTaken', { name: task.by }));
    case 'ended':
      return t('HistoryEnded');
    case 'handled':
      return timed(task.by === undefined ? t('HistoryHandled') : t('HistoryHandledBy', { name: task.by }));
    case 'lost':
      return timed(t('HistoryLost', { reason: lossText(translator, task.loss) }));
    case 'none':
      return '';
  }
}

/** `ana@clinic.org: “552 5.2.2 over quota”`, as far as the mail server said anything. */
export const withWords = ({ address, words }: { address: string; words?: string }) =>
  words === undefined ? address : `${address}: “${isolateText(words)}”`;

/** Whom a mail did not reach, and why: `mailbox full (ana@clinic.org)`. */
export function bouncesText(translator: Translator, bounced: EmailDelivery['bounced']): string {
  const { t } = translator;
  return formatList(
    translator,
    bounced.map((one) => t('HistoryBounceOf', { reason: t(bounceMessage(one.reason)), address: withWords(one) })),
  );
}

/**
 * Why an item needs a person, and since when.
 * @param providers the deployment's
 */
export function attentionText(
  translator: Translator,
  item: AttentionItem,
  now: number,
  providers: ReturnType<typeof selectProviders>,
): string {
  const { t } = translator;
  const ago = formatRelativeTime(translator, item.since, now);
  switch (item.kind) {
    case 'not-taken':
      return t('AttentionUnassigned', { ago });
    case 'held':
      return item.worker === undefined
        ? t('AttentionHeldUnnamed', { ago })
        : t('AttentionHeld', { name: item.worker, ago });
    case 'email-failed':
      return t(item.problem === 'unconfirmed' ? 'AttentionMailUndecided' : 'AttentionMailFailed', { ago });
    case 'email-partly':
      return t('AttentionMailPartly', {
        count: item.refused ?? 1,
        total: item.recipients ?? item.refused ?? 1,
        ago,
        reason: emailProblemMessage(translator, item.problem, providers),
      });
    case 'email-bounced':
      return t('AttentionMailBounced', { ago, reasons: bouncesText(translator, item.bounced ?? []) });
    case 'email-complained':
      return t('AttentionMailComplained', { ago, addresses: formatList(translator, item.complained ?? []) });
    case 'lost':
      return t('AttentionLost', { reason: lossText(translator, item.loss), ago });
    case 'unreadable':
      return t(item.isNewer ? 'AttentionNewer' : 'AttentionUnreadable');
  }
}
