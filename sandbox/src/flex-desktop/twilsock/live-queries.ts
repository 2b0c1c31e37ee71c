import { compileExpression } from '../../taskrouter/expression/expression';
import type { Reservation, Worker } from '../../taskrouter/types';
import { TwilioError } from '../../world/twilio-error';
import type { Sid, World } from '../../world/types';
import type { Connection } from './twilsock-server';

/** Queries over workers and reservations that stay open: what the Teams view shows. */
export interface LiveQueries {
  /** @throws TwilioError 404 for an index that is not modeled */
  open(index: string, query: string): object;
  subscribe(queryId: Sid, connection: Connection): void;
  unsubscribe(queryId: Sid, connection: Connection): void;
  close(): void;
}

interface Row {
  key: string;
  data: Record<string, unknown>;
  revision: number;
}
interface Query {
  index: string;
  matches(row: Row): boolean;
  matchingKeys: Set<string>;
  subscribers: Set<Connection>;
}

const OPEN = new Set<Reservation['status']>(['pending', 'accepted', 'wrapping']);

/**
 * See `LiveQueries`. Only the form of a query is known, from the client's code (docs/flex-protocols.md 6).
 * A query that cannot be parsed matches everything, and a warning is logged.
 */
export function createLiveQueries(world: World): LiveQueries {
  const { taskRouter } = world;
  const queries = new Map<Sid, Query>();
  let revision = 0;
  let events = 0;

  const workerRow = (worker: Worker): Row => ({
    key: worker.sid,
    data: {
      worker_sid: worker.sid,
      workspace_sid: world.workspaceSid,
      friendly_name: worker.friendlyName,
      activity_name: taskRouter.activity(worker.activitySid).friendlyName,
      date_activity_changed: new Date(worker.dateStatusChanged).toISOString(),
      date_updated: new Date(worker.dateUpdated).toISOString(),
      attributes: JSON.parse(worker.attributes),
    },
    revision: ++revision,
  });
  const reservationRow = (reservation: Reservation): Row => {
    const task = world.tasks.get(reservation.taskSid)!;
    return {
      key: reservation.sid,
      data: {
        reservation_sid: reservation.sid,
        task_sid: task.sid,
        worker_sid: reservation.workerSid,
        status: reservation.status,
        task_status: task.assignmentStatus,
        task_channel_unique_name: task.taskChannelUniqueName,
        channel_type: task.taskChannelUniqueName,
        queue_name: task.taskQueueName,
        queue_sid: task.taskQueueSid,
        workflow_sid: task.workflowSid,
        workflow_name: world.workflows.get(task.workflowSid)?.friendlyName ?? '',
        priority: task.priority,
        age: Math.floor((Date.now() - task.dateCreated) / 1000),
        date_created: new Date(reservation.dateCreated).toISOString(),
        date_updated: new Date(reservation.dateUpdated).toISOString(),
        attributes: JSON.parse(task.attributes),
      },
      revision: ++revision,
    };
  };
  const rows: Record<string, () => Row[]> = {
    'tr-worker': () => taskRouter.workers().map(workerRow),
    'tr-reservation': () =>
      taskRouter
        .reservations()
        .filter(({ status }) => OPEN.has(status))
        .map(reservationRow),
  };

  const push = (query: [Sid, Query], type: 'updated' | 'removed', row: Pick<Row, 'key'> & Partial<Row>) => {
    for (const connection of query[1].subscribers) {
      events += 1;
      connection.notify('twilio.sync.event', {
        event_type: `live_query_item_${type}`,
        event_protocol_version: 3,
        event: {
          id: events,
          query_id: query[0],
          item_key: row.key,
          item_data: row.data ?? null,
          item_revision: row.revision ?? null,
          last_event_id: events,
        },
        strictly_ordered: false,
      });
    }
  };
  const notify = (index: string, row: Row, gone: boolean) => {
    for (const query of queries) {
      const { matchingKeys: shown } = query[1];
      if (query[1].index !== index) continue;
      if (!gone && query[1].matches(row)) {
        shown.add(row.key);
        push(query, 'updated', row);
      } else if (shown.delete(row.key)) push(query, 'removed', { key: row.key });
    }
  };
  const stop = taskRouter.subscribe(({ type, worker, task, reservation }) => {
    if (type.startsWith('worker.')) notify('tr-worker', workerRow(worker!), false);
    const touched = reservation ? [reservation] : task ? taskRouter.reservations({ task }) : [];
    for (const one of touched) {
      if (world.tasks.get(one.taskSid)) notify('tr-reservation', reservationRow(one), !OPEN.has(one.status));
    }
  });

  return {
    open(index, text) {
      const all = rows[index];
      if (!all) {
        world.eventLog.append({
          source: 'sandbox',
          level: 'warning',
          text: `the sandbox does not model live queries of ${index}`,
        });
        throw new TwilioError(404, 54100, `Index ${index} not found`);
      }
      const matches = compileQuery(text, () => {
        const line = `the sandbox shows everything for the live query ${text}`;
        world.eventLog.append({ source: 'sandbox', level: 'warning', text: line });
      });
      const items = all().filter(matches);
      const sid = world.newSid('QR');
      queries.set(sid, { index, matches, matchingKeys: new Set(items.map(({ key }) => key)), subscribers: new Set() });
      return { query_id: sid, last_event_id: events, items };
    },
    subscribe(queryId, connection) {
      const query = queries.get(queryId);
      if (!query) return;
      query.subscribers.add(connection);
      // Events between the query and the subscription, which had no subscriber yet.
      const items = rows[query.index]!().filter(query.matches);
      query.matchingKeys = new Set(items.map(({ key }) => key));
      events += 1;
      connection.notify('twilio.sync.event', {
        event_type: 'live_query_updated',
        event_protocol_version: 3,
        event: { id: events, query_id: queryId, items, last_event_id: events },
        strictly_ordered: false,
      });
      connection.onClose(() => {
        query.subscribers.delete(connection);
        if (query.subscribers.size === 0) queries.delete(queryId);
      });
    },
    unsubscribe(queryId, connection) {
      const query = queries.get(queryId);
      query?.subscribers.delete(connection);
      if (query?.subscribers.size === 0) queries.delete(queryId);
    },
    close: stop,
  };
}

/**
 * `data.worker_sid == "WK…" && (data.status not_in ["completed"])`, as Flex writes them: TaskRouter's language with a
 * few other words, which are put into its own.
 */
function compileQuery(text: string, notUnderstood: () => void): (row: Row) => boolean {
  if (text.trim() === '') return () => true;
  const translated = text
    .split(/("(?:[^"\\]|\\.)*")/)
    // Every second part is a string, which stays as it is.
    .map((part, index) => (index % 2 === 1 ? part : toTaskRouterSyntax(part)))
    .join('');
  try {
    const query = compileExpression(translated);
    return ({ data }) => query.matches({ data });
  } catch {
    notUnderstood();
    return () => true;
  }
}

function toTaskRouterSyntax(text: string): string {
  return text
    .replaceAll('&&', ' AND ')
    .replaceAll('||', ' OR ')
    .replace(/\bnot_in\b/gi, 'NOT IN')
    .replace(/\bin\b/gi, 'IN');
}
