import type { Queues, Sid, VoiceQueue } from './types';

/** "Default queue max 100": Twilio's own limit for a queue that `<Enqueue>` makes. */
const DEFAULT_MAX_SIZE = 100;

/** Voice queues by name and sid; see `Queues`. */
export function createQueues(newSid: (prefix: string) => Sid): Queues {
  const bySid = new Map<Sid, VoiceQueue>();
  return {
    getOrCreate(friendlyName) {
      for (const queue of bySid.values()) if (queue.friendlyName === friendlyName) return queue;
      const queue: VoiceQueue = {
        sid: newSid('QU'),
        friendlyName,
        maxSize: DEFAULT_MAX_SIZE,
        dateCreated: Date.now(),
        members: [],
      };
      bySid.set(queue.sid, queue);
      return queue;
    },
    get: (sid) => bySid.get(sid),
    list: () => [...bySid.values()],
  };
}
