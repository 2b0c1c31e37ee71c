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
  /** Completes what agents hold and cancels what waits, so that the next test begins without tasks. */
  endOpenTasks(): Promise<void>;
  /** Puts a document in place of what the product's Sync service holds under that name. */
  setDocument(name: string, data: object): Promise<void>;
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
  const documents = `/v1/Services/${DEFAULT_ACCOUNT.syncServiceSid}/Documents`;
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
    async endOpenTasks() {
      for (const { sid, assignment_status: status } of await allTasks()) {
        const taken = status === 'assigned' || status === 'wrapping';
        const AssignmentStatus = taken ? 'completed' : 'canceled';
        if (taken || status === 'pending' || status === 'reserved')
          await send('POST', TASKROUTER, `${tasks}/${sid}`, { AssignmentStatus, Reason: 'the next test' });
      }
    },
    removeDocument,
    async setDocument(UniqueName, data) {
      await removeDocument(UniqueName);
      await send('POST', SYNC, documents, { UniqueName, Data: JSON.stringify(data) });
    },
  };
}
