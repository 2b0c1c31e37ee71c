import type { Harness } from './harness';
import type { Mail } from './recordings-and-mails';

/** The links of mails, and the pages and sounds behind them. */

const LINK = /https?:\/\/\S+\/media\/listen\?link=[\w.-]+/;

/** The link in a mail's text, which is the same as the one in its HTML. @throws Error when there is none */
export function listenLinkOf({ text, html }: Pick<Mail, 'text' | 'html'>): string {
  const link = LINK.exec(text)?.[0];
  if (link === undefined) throw new Error(`There is no link in: ${text}`);
  if (!html.includes(`href="${link}"`) && !html.includes(`href="${link}#`))
    throw new Error(`The HTML has another link than ${link}`);
  return link;
}

const pathOf = (link: string) => link.replace(/^https?:\/\/[^/]+/, '');

/** Opens the page of a link, as a browser does. */
export async function openListenPage(harness: Harness, link: string) {
  const answer = await harness.get(pathOf(link));
  const html = await answer.text();
  return { status: answer.status, headers: answer.headers, html, title: /<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? '' };
}

/** Asks for a part of the sound behind a link, by header or by the parameters that the page's script sends. */
export async function readListenSound(
  harness: Harness,
  link: string,
  { range, ...params }: { range?: string; from?: string; purpose?: string; probe?: string } = {},
) {
  const query = new URLSearchParams(params as Record<string, string>);
  const path = `${pathOf(link).replace('/media/listen?', '/media/listen-audio?')}&${query}`;
  const answer = await harness.get(path, range === undefined ? {} : { range });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: answer.headers, bytes, contentRange: answer.headers.get('content-range') };
}

/** What the page says of who has the voicemail, and what it offers. */
export async function readInbox(harness: Harness, link: string) {
  const { html, status } = await openListenPage(harness, link);
  const said = [...html.matchAll(/<p class="state" dir="auto">(.*?)<\/p>/g)].map(([, text]) => text!);
  const acts = [...html.matchAll(/<button name="act" value="([\w-]+)"/g)].map(([, act]) => act!);
  const token = /name="page" value="([^"]+)"/.exec(html)?.[1] ?? '';
  return { status, said, acts, token };
}

/** Sends what a button of the page sends. */
export async function sendAct(harness: Harness, link: string, fields: { act: string; page: string; when?: string }) {
  const path = pathOf(link).replace(/\/media\/listen\?.*/, '/media/act');
  const answer = await harness.postForm(path, { link: new URL(link).searchParams.get('link')!, ...fields });
  const html = await answer.text();
  return { status: answer.status, location: answer.headers.get('location'), title: /<h1>(.*?)<\/h1>/.exec(html)?.[1] };
}

/** Opens the page of a link and presses one of its buttons. */
export async function press(harness: Harness, link: string, act: string, when?: string) {
  const { token } = await readInbox(harness, link);
  return sendAct(harness, link, { act, page: token, ...(when === undefined ? {} : { when }) });
}
