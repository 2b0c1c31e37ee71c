import { DEFAULT_ACCOUNT, DEFAULT_WORKFLOWS } from '../../sandbox/src/world/defaults';

interface AccountTask {
  sid: string;
  assignment_status: string;
  workflow_sid: string;
  reason: string | null;
  attributes: Record<string, unknown>;
}
/** Of a filter of a workflow. */
interface Step {
  timeout?: number;
}
/** What an administrator sees of the account over REST. */
export interface TwilioAccount {
  accountSid: string;
  tasks(): Promise<AccountTask[]>;
  task(sid: string): Promise<AccountTask>;
  /** A task of another program, for the workflow of callbacks and voicemails. */
  createTask(taskChannel: string, attributes: object): Promise<void>;
  /** Status of a request for something of Twilio's, e.g. a recording that may be gone. */
  status(host: string, path: string): Promise<number>;
  json<T>(host: string, path: string): Promise<T>;
  /** What the workflow of callbacks and voicemails does. */
  callbackWorkflow(): Promise<unknown>;
  /**
   * Lets the second and later attempts of the callback workflow wait that many seconds only, and gives each last step a
   * time-out, as workflows of calls have: a task that nobody takes until then ends.
   */
  setWorkflowTimeouts(timeouts: { retryDelay: number; lastStep: number }): Promise<void>;
  /** One of the sandbox's switches. */
  readSwitch(id: string): Promise<string>;
  /** Returns once the change holds. */
  writeSwitch(id: string, value: string): Promise<void>;
  /** Completes what agents hold and cancels what waits, so that the next test begins without tasks. */
  endOpenTasks(): Promise<void>;
  /** Puts a document in place of what the product's Sync service holds under that name. */
  setDocument(name: string, data: object): Promise<void>;
  /**
   * As if what the history lists had come in that many days earlier: its rows and entries.
   * @returns the recordings of the entries
   */
  ageHistory(days: number): Promise<string[]>;
  /** Takes a document away, if there is one. */
  removeDocument(name: string): Promise<void>;
}

const TASKROUTER = 'taskrouter.twilio.com';
const SYNC = 'sync.twilio.com';
const authorization = `Basic ${Buffer.from(`${DEFAULT_ACCOUNT.accountSid}:${DEFAULT_ACCOUNT.authToken}`).toString('base64')}`;

/** @param url where `npm start` serves Twilio's hosts */
export function twilioAccount(url: string): TwilioAccount {
  const get = (host: string, path: string) => fetch(`${url}/${host}${path}`, { headers: { authorization } });
  const json = async <T>(host: string, path: string): Promise<T> => {
    const answer = await get(host, path);
    if (!answer.ok) throw new Error(`${host}${path} answered ${answer.status}`);
    return (await answer.json()) as T;
  };
  const send = async (method: 'POST' | 'DELETE', host: string, path: string, form?: Record<string, string>) => {
    const body = form && new URLSearchParams(form);
    const answer = await fetch(`${url}/${host}${path}`, { method, headers: { authorization }, body });
    if (!answer.ok && answer.status !== 404) throw new Error(`${method} ${host}${path} answered ${answer.status}`);
    return answer.status;
  };
  const workflow = `/v1/Workspaces/${DEFAULT_ACCOUNT.workspaceSid}/Workflows/${DEFAULT_WORKFLOWS[0]!.sid}`;
  const syncService = `/v1/Services/${DEFAULT_ACCOUNT.syncServiceSid}`;
  const documents = `${syncService}/Documents`;
  const removeDocument = async (name: string) => {
    await send('DELETE', SYNC, `${documents}/${name}`);
  };
  const tasks = `/v1/Workspaces/${DEFAULT_ACCOUNT.workspaceSid}/Tasks`;
  const read = (task: AccountTask & { attributes: unknown }): AccountTask => ({
    ...task,
    attributes: JSON.parse(String(task.attributes)) as Record<string, unknown>,
  });
  const allTasks = async () =>
    (await json<{ tasks: AccountTask[] }>(TASKROUTER, `${tasks}?PageSize=100`)).tasks.map(read);
  return {
    accountSid: DEFAULT_ACCOUNT.accountSid,
    json,
    status: async (host, path) => (await get(host, path)).status,
    tasks: allTasks,
    task: async (sid) => read(await json<AccountTask>(TASKROUTER, `${tasks}/${sid}`)),
    createTask: async (TaskChannel, attributes) => {
      const form = { WorkflowSid: DEFAULT_WORKFLOWS[0]!.sid, TaskChannel, Attributes: JSON.stringify(attributes) };
      await send('POST', TASKROUTER, tasks, form);
    },
    async callbackWorkflow() {
      return JSON.parse((await json<{ configuration: string }>(TASKROUTER, workflow)).configuration);
    },
    async setWorkflowTimeouts({ retryDelay, lastStep }) {
      const { configuration } = await json<{ configuration: string }>(TASKROUTER, workflow);
      const { task_routing } = JSON.parse(configuration) as { task_routing: { filters: { targets: Step[] }[] } };
      for (const { targets } of task_routing.filters)
        for (const [n, step] of targets.entries()) step.timeout = n === targets.length - 1 ? lastStep : retryDelay;
      await send('POST', TASKROUTER, workflow, { Configuration: JSON.stringify({ task_routing }) });
    },
    async readSwitch(id) {
      const answer = await fetch(`${url}/api/switches`);
      const switches = (await answer.json()) as { id: string; value: string }[];
      return switches.find((one) => one.id === id)!.value;
    },
    async writeSwitch(id, value) {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/api/switches/${id}`, {
        method: 'PUT',
        headers,
        body: JSON.stringify({ value }),
      });
      if (!answer.ok) throw new Error(`The switch ${id} is not at ${value}: ${await answer.text()}`);
    },
    async endOpenTasks() {
      for (const { sid, assignment_status: status } of await allTasks()) {
        const taken = status === 'assigned' || status === 'wrapping';
        const AssignmentStatus = taken ? 'completed' : 'canceled';
        if (taken || status === 'pending' || status === 'reserved')
          await send('POST', TASKROUTER, `${tasks}/${sid}`, { AssignmentStatus, Reason: 'the next test' });
      }
    },
    async ageHistory(days) {
      const { maps } = await json<{ maps: { unique_name: string | null }[] }>(SYNC, `${syncService}/Maps?PageSize=100`);
      const recordings: string[] = [];
      for (const { unique_name: map } of maps.filter(({ unique_name: name }) => name?.startsWith('history-'))) {
        type Item = { key: string; data: { id: string; receivedAt: number } };
        const { items } = await json<{ items: Item[] }>(SYNC, `${syncService}/Maps/${map}/Items?PageSize=100`);
        for (const { key, data } of items) {
          const entry = await json<{ data: { recording: { recordingSid?: string } } }>(SYNC, `${documents}/${data.id}`);
          await send('POST', SYNC, `${documents}/${data.id}`, { Data: JSON.stringify(aged(entry.data, days)) });
          const row = aged(data, days);
          const time = new Date(row.receivedAt).toISOString();
          const oldMap = `history-${time.slice(0, 10)}`;
          await fetch(`${url}/${SYNC}${syncService}/Maps`, {
            method: 'POST',
            headers: { authorization },
            body: new URLSearchParams({ UniqueName: oldMap }),
          });
          const Key = `${time.slice(0, 19)}Z_${data.id}`;
          await send('POST', SYNC, `${syncService}/Maps/${oldMap}/Items`, { Key, Data: JSON.stringify(row) });
          await send('DELETE', SYNC, `${syncService}/Maps/${map}/Items/${key}`);
          const { recordingSid } = entry.data.recording;
          if (recordingSid !== undefined) recordings.push(recordingSid);
        }
      }
      return recordings;
    },
    removeDocument,
    async setDocument(UniqueName, data) {
      await removeDocument(UniqueName);
      await send('POST', SYNC, documents, { UniqueName, Data: JSON.stringify(data) });
    },
  };
}

const DAY_MS = 24 * 60 * 60_000;
/** Milliseconds since 1970; no other number of the product's is as large. */
const isTime = (value: unknown): value is number => typeof value === 'number' && value > Date.UTC(2020, 0);

/** The same with all its times that many days earlier. */
function aged<T>(value: T, days: number): T {
  if (isTime(value)) return (value - days * DAY_MS) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => aged(one, days)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, aged(one as unknown, days)])) as T;
}
