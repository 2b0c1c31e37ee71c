import { badRequest } from '../world/twilio-error';
import type { Fields } from './fields';

/** What an item is sorted by; compared element by element. */
type Rank = readonly (string | number)[];
export interface Order<T> {
  rank(item: T): Rank;
  /** -1 sorts that element descending; default ascending. */
  directions?: readonly (1 | -1)[];
}
export interface Page<T> {
  items: T[];
  number: number;
  size: number;
  /** Query of the page before and after, or null. */
  previous: URLSearchParams | null;
  next: URLSearchParams | null;
  first: URLSearchParams;
  current: URLSearchParams;
  /** Index of the first item among all; the 2010 API shows it. */
  start: number;
}

/** A place between two items: tokens name an item's rank, so that items that come or go do not shift the pages. */
interface Token {
  side: 'after' | 'before';
  rank: Rank;
}

const DEFAULT_PAGE_SIZE = 50;

/**
 * One page of a list, by `PageSize`, `Page` and `PageToken`.
 * @param largest Twilio's greatest page; a client that asks for more gets this many, as the official SDK relies on
 *   (`list({limit: 5000})` sends PageSize=5000)
 * @throws TwilioError 400 for a token that is not ours
 */
export function paginate<T>(
  all: readonly T[],
  order: Order<T>,
  fields: Fields,
  query: URLSearchParams,
  largest: number,
): Page<T> {
  const compare = comparator(order.directions ?? []);
  const sorted = all
    .map((item) => ({ item, rank: order.rank(item) }))
    .sort((left, right) => compare(left.rank, right.rank));
  const asked = fields.integer('PageSize') ?? DEFAULT_PAGE_SIZE;
  if (asked < 1) throw badRequest('PageSize must be at least 1');
  const size = Math.min(asked, largest);
  const number = fields.integer('Page') ?? 0;
  const token = readToken(fields.text('PageToken'));

  let start = 0;
  if (token?.side === 'after') {
    const found = sorted.findIndex(({ rank }) => compare(rank, token.rank) > 0);
    start = found < 0 ? sorted.length : found;
  } else if (token?.side === 'before') {
    const found = sorted.findIndex(({ rank }) => compare(rank, token.rank) >= 0);
    start = Math.max(0, (found < 0 ? sorted.length : found) - size);
  }
  const shown = sorted.slice(start, start + size);
  const link = (page: number, to?: Token) => {
    const parameters = new URLSearchParams(
      [...query].filter(([name]) => !['PageSize', 'Page', 'PageToken'].includes(name)),
    );
    parameters.set('PageSize', String(size));
    parameters.set('Page', String(page));
    if (to) parameters.set('PageToken', writeToken(to));
    return parameters;
  };
  return {
    items: shown.map(({ item }) => item),
    number,
    size,
    start,
    first: link(0),
    current: link(number, token),
    previous: start > 0 && shown[0] ? link(Math.max(0, number - 1), { side: 'before', rank: shown[0].rank }) : null,
    next: start + size < sorted.length ? link(number + 1, { side: 'after', rank: shown.at(-1)!.rank }) : null,
  };
}

/** The `meta` of the v1 APIs: absolute addresses at Twilio's own host, as Twilio gives them. */
export function pageMeta<T>(page: Page<T>, host: string, path: string, key: string): Record<string, unknown> {
  const url = (query: URLSearchParams | null) => (query ? `https://${host}${path}?${query}` : null);
  return {
    page: page.number,
    page_size: page.size,
    first_page_url: url(page.first),
    previous_page_url: url(page.previous),
    url: url(page.current),
    next_page_url: url(page.next),
    key,
  };
}

/** The paging of the 2010 API: relative addresses beside the list. */
export function pageUris<T>(page: Page<T>, path: string): Record<string, unknown> {
  const uri = (query: URLSearchParams | null) => (query ? `${path}?${query}` : null);
  return {
    first_page_uri: uri(page.first),
    end: Math.max(page.start, page.start + page.items.length - 1),
    previous_page_uri: uri(page.previous),
    uri: uri(page.current),
    page_size: page.size,
    start: page.start,
    next_page_uri: uri(page.next),
    page: page.number,
  };
}

function comparator(directions: readonly (1 | -1)[]): (left: Rank, right: Rank) => number {
  return (left, right) => {
    for (const [index, value] of left.entries()) {
      const other = right[index]!;
      if (value !== other) return (value < other ? -1 : 1) * (directions[index] ?? 1);
    }
    return 0;
  };
}

function writeToken(token: Token): string {
  return `PT${Buffer.from(JSON.stringify([token.side, ...token.rank])).toString('base64url')}`;
}

function readToken(text: string | undefined): Token | undefined {
  if (text === undefined) return undefined;
  try {
    const [side, ...rank] = JSON.parse(Buffer.from(text.slice(2), 'base64url').toString()) as [Token['side'], ...Rank];
    if (side === 'after' || side === 'before') return { side, rank };
  } catch {
    // Not a page token of the sandbox.
  }
  throw badRequest(`PageToken "${text}" is not valid`);
}
