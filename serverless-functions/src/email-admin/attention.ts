import type { AttentionItem, EmailSettings } from '@callback-and-voicemail/contract';
import { readVoicemailId } from '../fulfilment/task-attributes';
import type { Invocation } from '../invocation';
import { errorCode } from '../runtime/errors';
import { callerOf } from './caller-shown';
import { recentTrouble } from './recent-trouble';

const MOST_ITEMS = 100;

/**
 * What needs a person now: callbacks and voicemails that nobody has taken for too long, mails that failed, tasks that
 * expired; the longest waiting first. TaskRouter and the list of what went wrong are asked side by side.
 * @throws TwilioError when Sync cannot be read
 */
export async function needsAPerson(
  invocation: Invocation,
  settings: Pick<EmailSettings, 'show_callers' | 'attention_after_minutes'>,
): Promise<AttentionItem[]> {
  const [untaken, trouble] = await Promise.all([notTaken(invocation, settings), recentTrouble(invocation)]);
  const iso = (at: number) => new Date(at).toISOString();
  const about = ({ id, taskType: type, queueName: queue, from }: (typeof trouble)[number]) => ({
    voicemail_id: id,
    taskType: type,
    queue,
    caller: callerOf(from, settings),
  });
  const wrong = trouble.flatMap((one): AttentionItem[] => [
    ...(one.email?.state === 'failed'
      ? [{ ...about(one), kind: 'mail-failed' as const, since: iso(one.email.since) }]
      : []),
    ...(one.expiredAt === undefined ? [] : [{ ...about(one), kind: 'expired' as const, since: iso(one.expiredAt) }]),
  ]);
  return [...untaken, ...wrong].sort((a, b) => (a.since < b.since ? -1 : 1)).slice(0, MOST_ITEMS);
}

/** The page shows the rest when TaskRouter does not answer. */
async function notTaken(
  { twilio, log }: Invocation,
  settings: Pick<EmailSettings, 'show_callers' | 'attention_after_minutes'>,
): Promise<AttentionItem[]> {
  try {
    const late = Date.now() - settings.attention_after_minutes * 60_000;
    return (await twilio.taskRouter.listOldestUnassigned()).flatMap((task): AttentionItem[] => {
      const id = readVoicemailId(task.attributes);
      if (id === undefined || task.createdAt > late) return [];
      const { from, taskType } = task.attributes;
      return [
        {
          voicemail_id: id,
          taskType: taskType === 'callback' ? 'callback' : 'voicemail',
          kind: 'not-taken',
          since: new Date(task.createdAt).toISOString(),
          queue: task.queueName,
          caller: callerOf(typeof from === 'string' ? from : '', settings),
        },
      ];
    });
  } catch (error) {
    log.warn('open tasks not read', { code: errorCode(error) });
    return [];
  }
}
