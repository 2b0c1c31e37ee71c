/** More would not fit in one item of the audit. */
const MAX_QUEUES = 20;

/** The queues of some callbacks and voicemails, as the audit notes them; nothing when there are many. */
export function queuesOf(entries: readonly { queueName: string }[]): { queues?: string[] } {
  const queues = [...new Set(entries.map(({ queueName }) => queueName))];
  return queues.length === 0 || queues.length > MAX_QUEUES ? {} : { queues };
}
