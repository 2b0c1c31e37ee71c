import path from 'node:path';

const EXTENSION = '.md';
/** Documents outside docs/ that are pages as well. */
const OTHER_PAGES: Readonly<Record<string, string>> = {
  'CONTRIBUTING.md': 'contributing',
  'SECURITY.md': 'security',
  'CHANGELOG.md': 'changelog',
  'sandbox/README.md': 'sandbox',
  'infra-as-code/studio/README.md': 'infra-as-code/studio',
  'infra-as-code/taskrouter/README.md': 'infra-as-code/taskrouter',
};
/** What is here is read on GitHub; the site has a home page of its own. */
const HOME_ON_GITHUB = 'README.md';
/** Where the site serves files of the repository that are no pages. */
export const FILES_FOLDER = 'files';

/**
 * @param file a Markdown file of the repository, relative to its root
 * @returns where the site has it, without an extension; undefined when it is no page
 */
export function pageOf(file: string): string | undefined {
  if (!file.startsWith('docs/')) return OTHER_PAGES[file];
  return file.slice('docs/'.length, -EXTENSION.length).replace(/(^|\/)README$/, '$1index');
}

/** What a link of a document leads to on the site. */
export type SiteLink = { kind: 'page' | 'file'; href: string; file: string } | { kind: 'as-it-is' };

/**
 * Links are written for GitHub: relative, from file to file. The site has other addresses.
 * @param source the document, relative to the repository's root
 * @param href as the document has it
 * @param isFile whether the repository has a file of that path
 * @returns a link from the site's root
 * @throws Error for a link to something that the repository does not have
 */
export function siteLink(source: string, href: string, isFile: (file: string) => boolean): SiteLink {
  if (/^([a-z]+:|#|\/)/i.test(href)) return { kind: 'as-it-is' };
  const [name = '', anchor] = href.split('#');
  const file = path.posix.join(path.posix.dirname(source), decodeURI(name));
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (!isFile(file)) throw new Error(`${source} links to ${file}, which is no file of the repository`);
  if (file === HOME_ON_GITHUB) return { kind: 'page', href: '/', file };
  const page = file.endsWith(EXTENSION) ? pageOf(file) : undefined;
  if (page !== undefined)
    return { kind: 'page', href: `/${`${page}.html`.replace(/(^|\/)index\.html$/, '$1')}${hash}`, file };
  return { kind: 'file', href: `/${FILES_FOLDER}/${file}`, file };
}

/** @returns the anchor of a heading, as GitHub makes it, so that a link is right on both */
export const anchorOf = (heading: string): string =>
  heading
    .replace(/[^\p{L}\p{N}\- _]/gu, '')
    .trim()
    .toLowerCase()
    .replaceAll(' ', '-');
