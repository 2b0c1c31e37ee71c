import path from 'node:path';

/** A text file of the repository; `file` is relative to its root, with forward slashes. */
export interface TextFile {
  file: string;
  text: string;
}

const MAX_LINE = 120;
/** Working notes that the repository does not hold; a reader could not look them up. */
const ABSENT_DOCUMENTS = /\b(DESIGN|PLATFORM-FACTS|PROTOCOLS|FINDINGS|UX|HOUSE|REPORTS|FAULTS)(\.md)?\b/;
const MARKDOWN_LINK = /\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm;
const CITED_PATH = /(?<![\w/.-])docs\/[\w./-]+\.(?:md|png)\b/g;
/** A Markdown file by its bare name, as in `see NOTES.md`. */
const CITED_NAME = /(?<![\w/.*-])[\w-]+\.md\b/g;
/** A record by its number only: with its whole name it is a cited path. */
const CITED_RECORD_FILE = /\bdocs\/adr\/(\d{4})(?![\w-]*\.md)/g;
const CITED_RECORD = /\bADRs? (\d{4})\b/g;
const FENCE = /^(```|~~~)/;

const lineOf = (text: string, index: number) => text.slice(0, index).split('\n').length;

/** @returns the anchors of a Markdown text, as GitHub makes them of headings */
function anchorsOf(text: string): Set<string> {
  const headings = text.split('\n').filter((line) => /^#{1,6} /.test(line));
  return new Set(
    headings.map((line) =>
      line
        .replace(/^#+ /, '')
        .replace(/[^\p{L}\p{N}\- _]/gu, '')
        .trim()
        .toLowerCase()
        .replaceAll(' ', '-'),
    ),
  );
}

/** @returns one line for each Markdown line that is longer than 120 characters */
export function longLines({ file, text }: TextFile): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      line.length > MAX_LINE ? [`${file}:${index + 1} has ${line.length} characters; the limit is ${MAX_LINE}`] : [],
    );
}

/**
 * @param markdown every Markdown file of the repository
 * @param exists whether a path of the repository exists
 * @returns one line for each relative link to a file or heading that does not exist
 */
export function brokenLinks(
  { file, text }: TextFile,
  markdown: TextFile[],
  exists: (file: string) => boolean,
): string[] {
  return [...text.matchAll(MARKDOWN_LINK)].flatMap((match) => {
    const target = match[1] ?? match[2] ?? '';
    if (/^[a-z]+:/.test(target)) return [];
    const [name = '', anchor] = target.split('#');
    const cited = name === '' ? file : path.posix.join(path.posix.dirname(file), name);
    const where = `${file}:${lineOf(text, match.index)}`;
    if (!exists(cited)) return [`${where} links to ${cited}, which does not exist`];
    const document = markdown.find((one) => one.file === cited);
    if (anchor === undefined || document === undefined || anchorsOf(document.text).has(anchor)) return [];
    return [`${where} links to ${cited}#${anchor}, a heading that does not exist`];
  });
}

/** @returns one line for each document that a comment or text names and the repository does not hold */
export function absentDocuments(
  { file, text }: TextFile,
  exists: (file: string) => boolean,
  records: string[],
): string[] {
  const problems: string[] = [];
  text.split('\n').forEach((line, index) => {
    const where = `${file}:${index + 1}`;
    const absent = ABSENT_DOCUMENTS.exec(line);
    if (absent !== null) problems.push(`${where} names ${absent[0]}, which the repository does not hold`);
    for (const [cited] of line.matchAll(CITED_PATH))
      if (!exists(cited)) problems.push(`${where} names ${cited}, which does not exist`);
    const beside = path.posix.dirname(file);
    for (const [cited] of line.matchAll(CITED_NAME))
      if (
        !ABSENT_DOCUMENTS.test(cited) &&
        !exists(cited) &&
        !exists(path.posix.join(beside, cited)) &&
        !exists(path.posix.join('docs', cited))
      )
        problems.push(`${where} names ${cited}, which does not exist`);
    for (const [cited, number] of [...line.matchAll(CITED_RECORD), ...line.matchAll(CITED_RECORD_FILE)])
      if (!records.some((record) => record.startsWith(`${number}-`)))
        problems.push(`${where} names ${cited}, which does not exist`);
  });
  return problems;
}

/** @returns the text without fenced code */
export function withoutCode({ file, text }: TextFile): TextFile {
  let inside = false;
  const lines = text.split('\n').map((line) => {
    const fence = FENCE.test(line);
    if (fence) inside = !inside;
    return inside || fence ? '' : line;
  });
  return { file, text: lines.join('\n') };
}
