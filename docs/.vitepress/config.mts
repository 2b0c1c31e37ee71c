import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type MarkdownOptions } from 'vitepress';
import { nav, sidebar } from './navigation';
import { anchorOf, FILES_FOLDER, pageOf, siteLink } from './site-pages';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** The path below which the site is served: `DOCS_BASE=/voicemail/` for a folder of a host. */
const BASE = process.env.DOCS_BASE ?? '/';
/** Folders without pages. Not reading them saves most of the time that finding pages takes. */
const WITHOUT_PAGES = [
  'bench',
  'checks',
  'contract',
  'e2e',
  'flex-plugin',
  'scripts',
  'serverless-functions',
  'worker',
];
/** A dot in a speech bubble. As an address of data it is no request. */
const ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Cpath fill=%22%230263e0%22 d=%22M1 2h14v9H8l-4 4v-4H1z%22/%3E%3Ccircle cx=%228%22 cy=%226.5%22 r=%222%22 fill=%22white%22/%3E%3C/svg%3E';

/** Browsers ask no other server for anything, whatever the theme or a page may say. Its own scripts are inline. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'";

const isFile = (file: string) => {
  const absolute = path.join(ROOT, file);
  return existsSync(absolute) && statSync(absolute).isFile();
};
/** Files that pages link to and that are no pages. */
const linkedFiles = new Set<string>();

type MarkdownIt = Parameters<NonNullable<MarkdownOptions['config']>>[0];

function writeLinksForSite(md: MarkdownIt): void {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    // The title of a page is rendered by itself.
    if (env?.path === undefined) return;
    const source = path.relative(ROOT, env.realPath ?? env.path).replaceAll(path.sep, '/');
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type !== 'link_open') continue;
      const link = siteLink(source, token.attrGet('href') ?? '', isFile);
      if (link.kind === 'as-it-is') continue;
      if (link.kind === 'page') token.attrSet('href', link.href);
      else {
        linkedFiles.add(link.file);
        token.attrSet('href', BASE + link.href.slice(1));
        token.attrSet('download', path.posix.basename(link.file));
      }
    }
  });
}

/** Vue would take `{{ … }}` for code of its own. Documents mean what they say. */
function keepBraces(md: MarkdownIt): void {
  for (const rule of ['text', 'code_inline'] as const) {
    const render = md.renderer.rules[rule]!;
    md.renderer.rules[rule] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;');
  }
}

export default defineConfig({
  title: 'Callbacks and voicemail',
  description: 'Callbacks and voicemail with email notifications for Twilio Flex',
  lang: 'en-US',
  base: BASE,
  srcDir: '..',
  srcExclude: [
    '**/node_modules/**',
    ...WITHOUT_PAGES.map((folder) => `${folder}/**`),
    '.github/**',
    'sandbox/schemas/**',
  ].concat(['README.md', 'CODE_OF_CONDUCT.md', '.*/**']),
  rewrites(file) {
    const page = pageOf(file);
    return page === undefined ? file : `${page}.md`;
  },
  outDir: './.vitepress/dist',
  cacheDir: '../.cache/vitepress',
  head: [
    ['meta', { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY }],
    ['link', { rel: 'icon', href: ICON }],
  ],
  markdown: {
    anchor: { slugify: anchorOf },
    config(md) {
      writeLinksForSite(md);
      keepBraces(md);
    },
  },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    footer: { message: 'MIT license' },
  },
  buildEnd({ outDir }) {
    for (const file of linkedFiles) {
      const copy = path.join(outDir, FILES_FOLDER, file);
      mkdirSync(path.dirname(copy), { recursive: true });
      copyFileSync(path.join(ROOT, file), copy);
    }
  },
});
