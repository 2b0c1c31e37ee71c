import { isForbidden } from '../account/rest';
import { readVariables, writeVariables } from '../functions/service';
import { nothingThere, type Part, type PartContext } from './part';

/** Each environment has its own: the secret of another's cannot be read. */
const nameFor = ({ choices }: PartContext) => `Callbacks and voicemail: recordings, ${choices.environment}`;
const keysUrl = ({ rest }: PartContext) => `https://api.twilio.com/2010-04-01/Accounts/${rest.accountSid}/Keys`;

/**
 * An API key with which the Functions fetch recordings, which can be revoked alone. Twilio tells its secret once, so it
 * goes into the Functions' variables at once.
 */
export const recordingsKey: Part = {
  id: 'recordings-key',
  title: 'API key for recordings',
  async inspect(context) {
    const sid = await usedKey(context);
    try {
      await ownKeys(context);
      if (sid !== undefined && (await keyExists(context, sid))) return { action: 'keep', sid, values: [] };
    } catch (error) {
      if (!isForbidden(error)) throw error;
      return {
        action: 'skip',
        values: [],
        note: 'a standard API key may not make keys; the auth token is used instead',
      };
    }
    return { action: 'create', values: [{ name: 'friendly_name', to: nameFor(context) }] };
  },
  async carryOut(context) {
    const { rest, known } = context;
    // One that was made, and whose secret was lost with the command that made it.
    for (const { sid } of await ownKeys(context)) await rest.delete(`${keysUrl(context)}/${sid}.json`);
    const { sid, secret } = await rest.post(`${keysUrl(context)}.json`, { FriendlyName: nameFor(context) });
    await writeVariables(rest, known['functions-service']!, { TWILIO_API_SECRET: secret, TWILIO_API_KEY: sid });
  },
  async inspectUndo(context, _before, isOurs) {
    if (!isOurs) return nothingThere('was not made here');
    const [key] = await ownKeys(context).catch((error) => {
      if (isForbidden(error)) return [];
      throw error;
    });
    return key === undefined ? nothingThere() : { action: 'delete', sid: key.sid, values: [] };
  },
  async undo(context) {
    for (const { sid } of await ownKeys(context)) await context.rest.delete(`${keysUrl(context)}/${sid}.json`);
  },
};

async function ownKeys(context: PartContext) {
  const keys = await context.rest.list(`${keysUrl(context)}.json`, 'keys');
  return keys.filter(({ friendly_name: name }) => name === nameFor(context));
}

async function keyExists(context: PartContext, sid: string): Promise<boolean> {
  return (await context.rest.find(`${keysUrl(context)}/${sid}.json`)) !== undefined;
}

/** The key that the Functions have with its secret. */
async function usedKey({ rest, known }: PartContext): Promise<string | undefined> {
  const service = known['functions-service'];
  if (service === undefined) return undefined;
  const { TWILIO_API_KEY: key, TWILIO_API_SECRET: secret } = await readVariables(rest, service);
  return secret === undefined ? undefined : key;
}
