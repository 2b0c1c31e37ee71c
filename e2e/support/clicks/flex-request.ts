import type { Harness } from '../harness';

/** Asks a Function as the plugin does. */
export async function askFlex(
  harness: Harness,
  page: string,
  { token }: { token: string },
  params: Record<string, string>,
) {
  const answer = await harness.postFlex(page, token, params);
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown> };
}
