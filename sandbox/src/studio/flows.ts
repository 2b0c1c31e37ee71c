import type { Sid } from '../world/types';
import { type FlowDefinition, parseFlowDefinition } from './flow-definition';

export type FlowStatus = 'draft' | 'published';

/** A flow as it was after one of its changes. */
export interface FlowRevision {
  friendlyName: string;
  status: FlowStatus;
  /** As Studio exports it. */
  definition: unknown;
  revision: number;
  commitMessage: string | null;
  dateCreated: number;
}

export interface Flow {
  readonly sid: Sid;
  readonly dateCreated: number;
  /** From the first to the latest, which is the flow as it is shown. */
  readonly revisions: FlowRevision[];
}

type FlowChange = { status: FlowStatus } & Partial<Pick<FlowRevision, 'friendlyName' | 'definition' | 'commitMessage'>>;

/** The account's Studio flows. Calls play the latest revision that is published. */
export interface Flows {
  list(): Flow[];
  get(sid: Sid): Flow | undefined;
  /** @param sid default a new one. @throws FlowDefinitionError */
  add(flow: { sid?: Sid; friendlyName: string; definition: unknown } & FlowChange): Flow;
  /** Adds a revision; what is not given is as before. @throws FlowDefinitionError */
  update(flow: Flow, change: FlowChange): void;
  remove(flow: Flow): void;
  /** What calls play. */
  published(sid: Sid): FlowDefinition | undefined;
}

/** See `Flows`. */
export function createFlows(newSid: (prefix: string) => Sid): Flows {
  const flows = new Map<Sid, Flow>();
  const published = new Map<Sid, FlowDefinition>();
  const revise = (flow: Flow, revision: FlowRevision) => {
    const parsed = parseFlowDefinition(flow.sid, revision.definition);
    flow.revisions.push(revision);
    if (revision.status === 'published') published.set(flow.sid, parsed);
  };
  return {
    list: () => [...flows.values()],
    get: (sid) => flows.get(sid),
    add({ sid = newSid('FW'), friendlyName, definition, status, commitMessage = null }) {
      const dateCreated = Date.now();
      const flow: Flow = { sid, dateCreated, revisions: [] };
      revise(flow, { friendlyName, definition, status, commitMessage, revision: 1, dateCreated });
      flows.set(sid, flow);
      return flow;
    },
    update(flow, change) {
      const before = latestRevision(flow);
      revise(flow, {
        friendlyName: change.friendlyName ?? before.friendlyName,
        definition: change.definition ?? before.definition,
        status: change.status,
        commitMessage: change.commitMessage ?? null,
        revision: before.revision + 1,
        dateCreated: Date.now(),
      });
    },
    remove({ sid }) {
      flows.delete(sid);
      published.delete(sid);
    },
    published: (sid) => published.get(sid),
  };
}

/** The flow as it is shown. */
export function latestRevision({ revisions }: Flow): FlowRevision {
  return revisions.at(-1)!;
}
