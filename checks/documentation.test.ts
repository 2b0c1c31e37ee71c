import path from 'node:path';
import { absentScripts, between, brokenJson, everyMatch, firstCells, undocumented } from './documentation';
import { readText, repositoryFiles } from './repository';

/** Documents that say what the code is named by. A name that is added, changed or removed must be so in them as well. */
const files = repositoryFiles();
const markdown = files.filter((file) => file.endsWith('.md')).map((file) => ({ file, text: readText(file) }));
const section = (document: string, heading: string) =>
  between(`${readText(document)}\n## `, `\n## ${heading}\n`, '\n## ');
/** Names at the beginning of lines with so much indentation, as in a schema or an interface. */
const keys = (block: string, indentation: number) =>
  everyMatch(block, new RegExp(`^ {${indentation}}(\\w+)\\??: `, 'gm'));
/** The texts of a list that the code has as a constant. */
const listed = (file: string, constant: string) =>
  everyMatch(between(readText(file), `export const ${constant} = [`, '] as const'), /^ {2}'([\w-]+)'/gm);

const ENVIRONMENT = readText('serverless-functions/src/runtime/environment.ts');
const VARIABLES = everyMatch(between(ENVIRONMENT, 'const VARIABLES = {', '} satisfies'), /^ {2}([A-Z][A-Z0-9_]+): /gm);
/** For the sandbox alone: a deployment refuses it. */
const SANDBOX_VARIABLES = ['TWILIO_STUB_URL'];
const SETTINGS = readText('contract/src/email-settings/settings.ts');
/** Written by the panel, and of no use to a person. */
const INTERNAL_SETTINGS = ['logo_size'];

describe('commands', () => {
  const scripts = new Set(
    files
      .filter((file) => path.basename(file) === 'package.json')
      .flatMap((file) => Object.keys((JSON.parse(readText(file)) as { scripts?: object }).scripts ?? {})),
  );
  // A decision may name what comes later, and the changelog what is gone.
  const current = markdown.filter(({ file }) => !/^docs\/adr\/\d|^CHANGELOG/.test(file));

  test('that documents name exist', () => {
    expect(current.flatMap((document) => absentScripts(document, scripts))).toEqual([]);
  });

  test('that do not exist are found', () => {
    const text = 'Run `npm run gone`, `npm run docs:build` or `npm start`.';
    expect(absentScripts({ file: 'a.md', text }, new Set(['docs:build']))).toEqual([
      'a.md names npm run gone, which no package.json has',
    ]);
  });
});

describe('examples', () => {
  test('in JSON can be parsed', () => {
    expect(markdown.flatMap(brokenJson)).toEqual([]);
  });

  test('that are no JSON are found, also in a list', () => {
    const text = 'x\n\n```json\n{}\n```\n\n1. y\n\n   ```json\n   { "a": }\n   ```\n';
    expect(brokenJson({ file: 'a.md', text })).toHaveLength(1);
  });
});

describe('docs/configuration.md', () => {
  const table = section('docs/configuration.md', 'Variables');
  const documented = firstCells(table, 'variable | needed for | form').flatMap((name) =>
    // `SUPERVISOR_QUEUES`, `_2` to `_4`
    name === '_2' ? ['SUPERVISOR_QUEUES_2', 'SUPERVISOR_QUEUES_3'] : [name === '_4' ? 'SUPERVISOR_QUEUES_4' : name],
  );

  test('lists the variables that the Functions read, and no others', () => {
    expect(documented.sort()).toEqual(VARIABLES.filter((name) => !SANDBOX_VARIABLES.includes(name)).sort());
  });

  test('lists the settings that supervisors save', () => {
    const block = between(SETTINGS, 'export const emailSettingsSchema = openObject({', '\n});');
    const text = section('docs/configuration.md', 'Settings and rules').replaceAll('"', '`');
    expect(undocumented(keys(block, 2), text)).toEqual(INTERNAL_SETTINGS);
  });

  test('lists what callers hear and may do', () => {
    const code = readText('serverless-functions/src/caller-experience/caller-experience.ts');
    const block = between(code, 'export interface CallerExperience {', '\n}');
    const text = section('docs/configuration.md', 'What callers hear and may do');
    expect(
      undocumented(
        [...keys(block, 2), ...keys(block, 4)].filter((name) => name !== 'overflow'),
        text,
      ),
    ).toEqual([]);
  });
});

test('.env.example has the variables that a deployment may set', () => {
  const example = everyMatch(readText('serverless-functions/.env.example'), /^([A-Z][A-Z0-9_]+)=/gm);
  // Further parts of a value, and what has one possible value.
  const left = ['SUPERVISOR_QUEUES_2', 'SUPERVISOR_QUEUES_3', 'SUPERVISOR_QUEUES_4', 'TWILIO_REGION'];
  const expected = VARIABLES.filter((name) => !SANDBOX_VARIABLES.includes(name) && !left.includes(name));
  expect(example.sort()).toEqual(expected.sort());
});

test("docs/how-to/run-the-worker.md lists the worker's own variables, and no others", () => {
  const read = everyMatch(readText('worker/src/options.ts'), /read\('(WORKER_\w+)'/g);
  const text = readText('docs/how-to/run-the-worker.md');
  expect(firstCells(text, 'variable | default | meaning').sort()).toEqual(read.sort());
});

test("docs/plugin.md lists the plugin's settings", () => {
  const settings = keys(between(readText('flex-plugin/src/config.ts'), 'const DEFAULTS = {', '};'), 2);
  expect(undocumented([...settings, 'functions_domain'], section('docs/plugin.md', 'Configuration'))).toEqual([]);
});

describe('docs/troubleshooting.md', () => {
  const text = readText('docs/troubleshooting.md');

  test.each([
    ['why an email was not sent, as providers say', 'contract/src/email-problems.ts', 'PROVIDER_PROBLEMS'],
    ['why an email was not sent, otherwise', 'contract/src/email-problems.ts', 'EMAIL_PROBLEMS'],
    ['what the Functions answer the plugin', 'contract/src/flex-api.ts', 'FLEX_API_ERRORS'],
    ['why a workflow loses tasks', 'contract/src/workflow-problems.ts', 'WORKFLOW_PROBLEMS'],
    ['why a task was lost', 'contract/src/task-losses.ts', 'TASK_LOSSES'],
  ])('has each code of %s', (_what, file, constant) => {
    expect(undocumented(listed(file, constant), text)).toEqual([]);
  });
});

describe('docs/operations.md', () => {
  test('names only events that the code logs', () => {
    const code = files
      .filter((file) => /^(serverless-functions|worker)\/src\/.*(?<!\.test)\.ts$/.test(file))
      .map(readText)
      .join('\n');
    const events = firstCells(section('docs/operations.md', 'Alerts to set'), 'event in the log | what it means | do');
    expect(events.filter((event) => !code.includes(`'${event}'`))).toEqual([]);
  });

  test('lists the fields that a log line may have', () => {
    const block = between(readText('serverless-functions/src/runtime/log.ts'), 'export interface LogFields {', '\n}');
    expect(undocumented(keys(block, 2), section('docs/operations.md', 'The log'))).toEqual([]);
  });
});

describe('what people see is named as they see it', () => {
  const strings = (file: string) => new Set(everyMatch(readText(file), /'((?:[^'\n]|\\')+)'/g).map(plain));
  /** Documents are typed with straight quotes. A placeholder stands for what is filled in. */
  const plain = (text: string) => text.replaceAll('’', "'").replace(/\{\{\w+\}\}/g, '…');
  /** In bold or in quotation marks, on one line. */
  const named = (file: string) => everyMatch(readText(file), /(?:\*\*|")([A-Z][^"*\n]+?)(?:\*\*|")/g).map(plain);

  test.each([
    ['docs/for-supervisors.md', 'flex-plugin/src/strings/email-admin/en-US.ts'],
    ['docs/for-agents.md', 'flex-plugin/src/strings/agent-desktop/en-US.ts'],
  ])('in %s', (document, file) => {
    const known = [...strings(file)];
    const isKnown = (name: string) =>
      known.some((text) => text === name || text === `${name} …` || text.startsWith(`${name}.`));
    expect(named(document).filter((name) => !isKnown(name))).toEqual([]);
  });

  test('in the table of buttons of docs/for-agents.md', () => {
    const known = strings('flex-plugin/src/strings/agent-desktop/en-US.ts');
    const table = between(readText('docs/for-agents.md'), '| button | key |', '\n\n');
    const buttons = everyMatch(table, /^\| ([A-Z][^|]+) \|/gm);
    expect(buttons.filter((name) => !known.has(name) && !known.has(`${name} …`))).toEqual([]);
  });

  test('in the table of buttons of docs/for-recipients.md', () => {
    const known = new Set(
      ['notification/email-strings', 'inbox/strings'].flatMap((folder) => [
        ...strings(`serverless-functions/src/${folder}/en-US.ts`),
      ]),
    );
    const table = between(readText('docs/for-recipients.md'), '| button | what it does |', '\n\n');
    expect(everyMatch(table, /^\| ([A-Z][^|]+) \|/gm).filter((name) => !known.has(plain(name)))).toEqual([]);
  });
});

test('the drawing of a ledger entry has the states that the code knows', () => {
  const code = readText('serverless-functions/src/ledger/entry.ts');
  const drawn = new Set(everyMatch(readText('docs/images/ledger-entry-states.svg'), />([a-z]+)<\/text>/g));
  const states = ['recording', 'task', 'email', 'transcript'].flatMap((part) =>
    everyMatch(between(code, `const ${part}Schema = union(`, '\n);'), /state: choice\(([^)]+)\)/g).flatMap((choices) =>
      everyMatch(choices, /'(\w+)'/g),
    ),
  );
  expect(states.filter((state) => !drawn.has(state))).toEqual([]);
});

describe('the search for names', () => {
  test('takes a name in code, alone or with others', () => {
    expect(undocumented(['one', 'two', 'three', 'four'], 'one `two`, `three=x` and four')).toEqual(['one', 'four']);
  });

  test('says when what it looks for is not there at all', () => {
    expect(() => between('a b', 'c', 'd')).toThrow('There is no "c" … "d"');
    expect(() => everyMatch('a', /(b)/g)).toThrow('Nothing matches');
  });

  test("reads a table's first cells", () => {
    expect(firstCells('x\n\n| a | b |\n|---|---|\n| `one`, `two` | `no` |\n', 'a | b')).toEqual(['one', 'two']);
  });
});
