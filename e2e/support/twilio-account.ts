import { DEFAULT_ACCOUNT } from '../../sandbox/src/world/defaults';

interface AccountTask {
  sid: string;
  assignment_status: string;
  workflow_sid: string;
  reason: string | null;
  attributes: Record<string, unknown>;
}
/** What an administrator sees of the account over REST. */
export interface TwilioAccount {
  accountSid: string;
  tasks(): Promise<AccountTask[]>;
  task(sid: string): Promise<AccountTask>;
  /** Status of a request for something of Twilio's, e.g. a recording that may be gone. */
  status(host: string, path: string): Promise<number>;
  json<T>(host: string, path: string): Promise<T>;
}

const authorization = `Basic ${Buffer.from(`${DEFAULT_ACCOUNT.accountSid}:${DEFAULT_ACCOUNT.authToken}`).toString('base64')}`;

/** @param url where `npm start` serves Twilio's hosts */
export function twilioAccount(url: string): TwilioAccount {
  const get = (host: string, path: string) => fetch(`${url}/${host}${path}`, { headers: { authorization } });
  const json = async <T>(host: string, path: string): Promise<T> => {
    const answer = await get(host, path);
    if (!answer.ok) throw new Error(`${host}${path} answered ${answer.status}`);
    return (await answer.json()) as T;
  };
  const tasks = `/v1/Workspaces/${DEFAULT_ACCOUNT.workspaceSid}/Tasks`;
  const read = (task: AccountTask & { attributes: unknown }): AccountTask => ({
    ...task,
    attributes: JSON.parse(String(task.attributes)) as Record<string, unknown>,
  });
  return {
    accountSid: DEFAULT_ACCOUNT.accountSid,
    json,
    status: async (host, path) => (await get(host, path)).status,
    tasks: async () =>
      (await json<{ tasks: AccountTask[] }>('taskrouter.twilio.com', `${tasks}?PageSize=100`)).tasks.map(read),
    task: async (sid) => read(await json<AccountTask>('taskrouter.twilio.com', `${tasks}/${sid}`)),
  };
}
