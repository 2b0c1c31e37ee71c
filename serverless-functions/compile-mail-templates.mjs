// Makes of `email-templates/` the TypeScript file that the Functions carry: HTML of MJML, and the texts, both with their
// tags. `node compile-mail-templates.mjs` writes it, `--check` fails where it is not up to date. `build.mjs` writes it as
// well. How to change a template: docs/how-to/change-the-mail.md.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const FOLDER = path.join(here, 'email-templates');
const COMPILED = path.join(here, 'src/notification/mail-templates/compiled.ts');
const MARK = '// Sources: ';

/** What a tag may be: a value, a condition, a loop. All else belongs into the model, where it is typed and tested. */
const PATH = '[a-zA-Z]\\w*(?:\\.[a-zA-Z]\\w*)*';
const ALLOWED_TAGS = [
  `= ${PATH}`,
  `if \\(${PATH}(?: > 0)?\\) \\{`,
  `\\} else \\{`,
  `for \\(const [a-z]\\w* of ${PATH}\\) \\{`,
  `\\}`,
].map((form) => new RegExp(`^\\{\\{${form.startsWith('=') ? '' : ' '}${form} \\}\\}$`));

const filesOf = (extension) =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(extension))
    .sort();

/** Of all that the compiled file is made of, also this script: another compilation makes another file. */
function hashOfSources() {
  const hash = createHash('sha256');
  const files = readdirSync(FOLDER, { recursive: true }).filter((file) => /\.(mjml|txt)$/.test(file));
  for (const file of files.sort())
    hash.update(file.replaceAll('\\', '/')).update(readFileSync(path.join(FOLDER, file)));
  return hash.update(readFileSync(fileURLToPath(import.meta.url))).digest('hex');
}

/** @throws Error that names the tag */
function requireAllowedTags(file, template) {
  for (const [tag] of template.matchAll(/\{\{.*?\}\}/gs))
    if (!ALLOWED_TAGS.some((form) => form.test(tag)))
      throw new Error(`${file} has a tag that is neither a value, a condition nor a loop: ${tag}`);
}

/** @throws Error for what MJML refuses */
async function compileHtml(file) {
  const { default: mjml2html } = await import('mjml');
  const { html, errors } = await mjml2html(readFileSync(path.join(FOLDER, file), 'utf8'), {
    filePath: path.join(FOLDER, file),
    ignoreIncludes: false,
    // No web fonts: they are remote content.
    fonts: {},
    keepComments: false,
    validationLevel: 'strict',
  });
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  const template = html
    // Comments stay where Outlook reads them.
    .replace(/<!--(?!\[if |<!\[endif\]|>).*?-->/gs, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
  requireAllowedTags(file, template);
  return `${template}\n`;
}

function compileText(file) {
  // A line that holds only a condition or a loop leaves no line.
  const template = readFileSync(path.join(FOLDER, file), 'utf8').replace(
    /^(\{\{ [^{}]*\{? ?\}\}|\{\{ \} \}\}|\{\{ \} else \{ \}\})\n/gm,
    '$1',
  );
  requireAllowedTags(file, template);
  return template;
}

async function compileAll() {
  const entries = [];
  for (const file of filesOf('.mjml')) entries.push([file.replace('.mjml', '.html'), await compileHtml(file)]);
  for (const file of filesOf('.txt')) entries.push([file, compileText(file)]);
  const lines = entries.map(
    ([name, template]) =>
      `  '${name}': [\n${template
        .split('\n')
        .map((line) => `    ${JSON.stringify(line)},\n`)
        .join('')}  ].join('\\n'),\n`,
  );
  return `// Written by compile-mail-templates.mjs from email-templates/; change those.
${MARK}${hashOfSources()}

export const COMPILED_TEMPLATES = {
${lines.join('')}};
`;
}

const readCompiled = () => {
  try {
    return readFileSync(COMPILED, 'utf8');
  } catch {
    return '';
  }
};

/** Writes the compiled templates where a source has changed since. @throws Error for a template that is not valid */
export async function compileMailTemplates() {
  if (readCompiled().includes(`${MARK}${hashOfSources()}\n`)) return;
  writeFileSync(COMPILED, await compileAll());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) writeFileSync(COMPILED, await compileAll());
  else if (readCompiled() !== (await compileAll())) {
    console.error(
      'The compiled templates are not up to date: run node serverless-functions/compile-mail-templates.mjs',
    );
    process.exitCode = 1;
  }
}
