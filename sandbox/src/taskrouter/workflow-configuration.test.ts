import { TwilioError } from '../world/twilio-error';
import { readConfiguration } from './workflow-configuration';

const SUPPORT = `WQ${'a'.repeat(32)}`;
const SALES = `WQ${'b'.repeat(32)}`;
const known = (sid: string) => sid === SUPPORT || sid === SALES;
const filters = (...given: unknown[]) => JSON.stringify({ task_routing: { filters: given } });
const targets = (...given: unknown[]) => filters({ expression: '1==1', targets: given });

function problemOf(text: string): string {
  try {
    readConfiguration(text, known);
  } catch (error) {
    if (error instanceof TwilioError && error.status === 400) return error.message;
    throw error;
  }
  throw new Error('expected a refusal');
}

test('the text is kept as JSON without blanks, its keys in their order', () => {
  const given = `{ "task_routing": {\n "filters": [],\n "default_filter": { "queue": "${SUPPORT}" } } }`;
  expect(readConfiguration(given, known).text).toBe(
    `{"task_routing":{"filters":[],"default_filter":{"queue":"${SUPPORT}"}}}`,
  );
});

test('a later target inherits the queue, and nothing else', () => {
  const { plan } = readConfiguration(
    targets(
      { queue: SUPPORT, timeout: 30, priority: '10', expression: '1==0', skip_if: 'workers.available == 0' },
      { order_by: 'worker.level DESC, worker.years.total asc' },
      { queue: SALES },
    ),
    known,
  );
  const [first, second, third] = plan.filters[0]!.targets;
  expect(first).toMatchObject({ queueSid: SUPPORT, timeoutMs: 30_000, priority: 10 });
  expect(second).toMatchObject({ queueSid: SUPPORT, timeoutMs: null, priority: null, expression: null, skipIf: null });
  expect(second!.orderBy).toEqual([
    { path: ['level'], direction: -1 },
    { path: ['years', 'total'], direction: 1 },
  ]);
  expect(third!.queueSid).toBe(SALES);
  expect(plan.defaultFilter).toBeNull();
});

test('the simplest configuration is a default filter', () => {
  const given = { task_routing: { default_filter: { queue: SALES } } };
  const { text, plan } = readConfiguration(given, known);
  expect(JSON.parse(text)).toEqual(given);
  expect(plan.defaultFilter!.targets).toMatchObject([{ queueSid: SALES, timeoutMs: null }]);
});

test.each<[string, string, string]>([
  ['no JSON', '{', 'it is no JSON'],
  ['no object', '[]', 'it is no JSON object'],
  ['no routing', '{}', 'task_routing is no JSON object'],
  ['nothing in it', '{"task_routing":{}}', 'neither filters nor default_filter'],
  ['filters that are none', '{"task_routing":{"filters":{}}}', 'task_routing.filters is no array'],
  ['a filter without expression', filters({ targets: [{ queue: SUPPORT }] }), 'filters[0].expression is no text'],
  [
    'an expression that cannot be read',
    filters({ expression: 'a = = 1', targets: [{ queue: SUPPORT }] }),
    'position 4',
  ],
  ['a filter without targets', filters({ expression: '1==1', targets: [] }), 'filters[0].targets'],
  ['a first target without queue', targets({ timeout: 5 }), 'targets[0].queue is missing'],
  ['an unknown queue', targets({ queue: `WQ${'c'.repeat(32)}` }), 'not in the workspace'],
  ['a timeout of nothing', targets({ queue: SUPPORT, timeout: 0 }), 'timeout must be a positive integer'],
  ['a timeout in words', targets({ queue: SUPPORT, timeout: 'soon' }), 'timeout must be an integer'],
  ['a misspelt key', targets({ queue: SUPPORT, prioritiy: 1 }), 'targets[0].prioritiy is unknown'],
  ['an order without direction', targets({ queue: SUPPORT, order_by: 'worker.level' }), 'order_by'],
  ['a known worker', targets({ queue: SUPPORT, known_worker_sid: 'task.w' }), 'is not modeled by the sandbox'],
])('%s is refused, and it is said where', (_what, text, problem) => {
  expect(problemOf(text)).toContain(problem);
});
