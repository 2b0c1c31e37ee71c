import type { State } from './dynamic-value';
import type { Json } from './go-json';
import type { ResourceType } from './resource-types';

export interface Credentials {
  username: string;
  password: string;
}

/** A refusal by Twilio. */
class TwilioRefusal extends Error {
  readonly code = 'twilio-refusal';
}

/** Where a resource is, or the list of those like it when it has no sid. */
function pathOf(type: ResourceType, state: State, sid?: string): string {
  const collection = type.collection.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(state[name] ?? '')),
  );
  return sid === undefined ? collection : `${collection}/${encodeURIComponent(sid)}`;
}

/** Requests to the stand-in of Twilio's REST APIs at `stubUrl`. */
export function createTwilioRequests(stubUrl: string, { username, password }: Credentials) {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

  async function send(method: string, type: ResourceType, path: string, form?: Record<string, string>) {
    const response = await fetch(`${stubUrl}/${type.host}${path}`, {
      method,
      headers: { Authorization: authorization, Accept: 'application/json' },
      body: form && new URLSearchParams(form),
    });
    const text = await response.text();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, Json>);
    if (response.ok) return body;
    // As twilio-go words it: https://github.com/twilio/twilio-go/blob/main/client/error.go
    throw new TwilioRefusal(`Status: ${response.status} - ApiError ${body.code}: ${body.message}`);
  }

  return {
    create: (type: ResourceType, state: State, form: Record<string, string>) =>
      send('POST', type, pathOf(type, state), form),
    read: (type: ResourceType, state: State) => send('GET', type, pathOf(type, state, String(state.sid))),
    update: (type: ResourceType, state: State, form: Record<string, string>) =>
      send('POST', type, pathOf(type, state, String(state.sid)), form),
    remove: (type: ResourceType, state: State) => send('DELETE', type, pathOf(type, state, String(state.sid))),
  };
}

export type TwilioRequests = ReturnType<typeof createTwilioRequests>;
