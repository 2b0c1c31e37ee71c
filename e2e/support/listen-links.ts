import type { Harness } from './harness';
import type { Mail } from './recordings-and-mails';

/** The links of mails, and the pages and sounds behind them. */

const LINK = /https?:\/\/\S+\/media\/listen\?link=\S+/;

/** The link in a mail's text, which is the same as the one in its HTML. @throws Error when there is none */
export function listenLinkOf({ text, html }: Pick<Mail, 'text' | 'html'>): string {
  const link = LINK.exec(text)?.[0];
  if (link === undefined) throw new Error(`There is no link in: ${text}`);
  if (!html.includes(`href="${link}"`)) throw new Error(`The HTML has another link than ${link}`);
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
