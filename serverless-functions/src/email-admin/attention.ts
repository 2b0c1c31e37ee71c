import type { AttentionItem, EmailSettings } from '@callback-and-voicemail/contract';
import { readVoicemailId } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { errorCode } from '../runtime/errors';
import { displayCaller } from './caller-display';
import { listRecentFailures } from './recent-failures';

const MAX_ITEMS = 100;

/**
 * The attention list: callbacks and voicemails that wait too long, mails that failed, tasks that
 * expired; the longest waiting first. TaskRouter and the list of what went wrong are asked side by side.
 * @throws TwilioError when Sync cannot be read
 */
export async function listAttentionItems(
  invocation: Invocation,
  settings: Pick<EmailSettings, 'show_callers' | 'attention_after_minutes'>,
): Promise<AttentionItem[]> {
  const [unassigned, failures] = await Promise.all([
    listUnassignedTasks(invocation, settings),
    listRecentFailures(invocation),
  ]);
  const iso = (at: number) => new Date(at).toISOString();
  const commonFields = ({ id, taskType, queueName, from }: (typeof failures)[number]) => ({
    voicemail_id: id,
    taskType,
    queue: queueName,
    caller: displayCaller(from, settings),
  });
  const failureItems = failures.flatMap((one): AttentionItem[] => [
    ...(one.email?.state === 'failed'
      ? [{ ...commonFields(one), kind: 'mail-failed' as const, since: iso(one.email.since) }]
      : []),
    ...(one.expiredAt === undefined
      ? []
      : [{ ...commonFields(one), kind: 'expired' as const, since: iso(one.expiredAt) }]),
  ]);
  return [...unassigned, ...failureItems].sort((a, b) => (a.since < b.since ? -1 : 1)).slice(0, MAX_ITEMS);
}

/** The page shows the rest when TaskRouter does not answer. */
async function listUnassignedTasks(
  { twilio, log }: Invocation,
  settings: Pick<EmailSettings, 'show_callers' | 'attention_after_minutes'>,
): Promise<AttentionItem[]> {
  try {
    const cutoff = Date.now() - settings.attention_after_minutes * 60_000;
    return (await twilio.taskRouter.listOldestUnassigned()).flatMap((task): AttentionItem[] => {
      const id = readVoicemailId(task.attributes);
      if (id === undefined || task.createdAt > cutoff) return [];
      const { from, taskType } = task.attributes;
      return [
        {
          voicemail_id: id,
          taskType: taskType === 'callback' ? 'callback' : 'voicemail',
          kind: 'not-taken',
          since: new Date(task.createdAt).toISOString(),
          queue: task.queueName,
          caller: displayCaller(typeof from === 'string' ? from : '', settings),
        },
      ];
    });
  } catch (error) {
    log.warn('open tasks not read', { code: errorCode(error) });
    return [];
  }
}
