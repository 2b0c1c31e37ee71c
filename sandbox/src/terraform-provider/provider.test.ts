import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeState, encodeState, type State } from './dynamic-value';
import { createProvider } from './provider';

interface Request {
  line: string;
  authorization: string | undefined;
}
let requests: Request[] = [];
const server = createServer((request, response) => {
  requests.push({ line: `${request.method} ${request.url}`, authorization: request.headers.authorization });
  const isKnown = request.url?.includes('WS1/Workflows') === true;
  response.writeHead(isKnown ? 200 : 404, { 'Content-Type': 'application/json' });
  response.end(
    JSON.stringify(isKnown ? { sid: 'WW1', workspace_sid: 'WS1' } : { code: 20404, message: 'It was not found' }),
  );
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  requests = [];
});

const WORKFLOW = { type_name: 'twilio_taskrouter_workspaces_workflows_v1' };
const SYNC = { type_name: 'twilio_sync_services_v1' };
const nothing = encodeState(null);
const configured = (environment: NodeJS.ProcessEnv = {}, config: State = { username: 'SK1', password: 'x' }) => {
  const provider = createProvider(url, environment);
  const { diagnostics } = provider.Configure({ config: encodeState(config) });
  return { provider, diagnostics };
};

test('a workflow is made and then updated, as the provider does for a parameter that only an update has', async () => {
  const { provider } = configured();
  const planned_state = encodeState({ workspace_sid: 'WS1', friendly_name: 'A', configuration: '{}' });
  const { new_state, diagnostics } = await provider.ApplyResourceChange({
    ...WORKFLOW,
    prior_state: nothing,
    planned_state,
  });
  expect(diagnostics).toEqual([]);
  expect(requests.map(({ line }) => line)).toEqual([
    'POST /taskrouter.twilio.com/v1/Workspaces/WS1/Workflows',
    'POST /taskrouter.twilio.com/v1/Workspaces/WS1/Workflows/WW1',
  ]);
  expect(decodeState(new_state)).toMatchObject({ id: 'WS1/WW1', sid: 'WW1' });
});

test('a resource that is gone is an error and stays in the state', async () => {
  const { provider } = configured();
  const current_state = encodeState({ id: 'IS1', sid: 'IS1' });
  const { new_state, diagnostics } = await provider.ReadResource({ ...SYNC, current_state });
  expect(new_state).toBe(current_state);
  expect(diagnostics).toMatchObject([{ summary: 'Status: 404 - ApiError 20404: It was not found' }]);
});

test('a resource that cannot be deleted stays in the state', async () => {
  const { provider } = configured();
  const prior_state = encodeState({ id: 'IS1', sid: 'IS1' });
  const { new_state, diagnostics } = await provider.ApplyResourceChange({
    ...SYNC,
    prior_state,
    planned_state: nothing,
  });
  expect(decodeState(new_state)).toEqual({ id: 'IS1', sid: 'IS1' });
  expect(diagnostics).toHaveLength(1);
});

test('an id of another form is not imported, and the form is named', () => {
  const { imported_resources, diagnostics } = configured().provider.ImportResourceState({ ...WORKFLOW, id: 'WW1' });
  expect(imported_resources).toEqual([]);
  expect(diagnostics[0]!.summary).toBe('invalid import ID ("WW1"), expected workspace_sid/sid');
});

test.each([
  {
    variables: { TWILIO_API_KEY: 'SK2', TWILIO_API_SECRET: 'y', TWILIO_ACCOUNT_SID: 'AC2', TWILIO_AUTH_TOKEN: 'z' },
    expected: 'SK2:y',
  },
  { variables: { TWILIO_ACCOUNT_SID: 'AC2', TWILIO_AUTH_TOKEN: 'z' }, expected: 'AC2:z' },
])('credentials come from the environment: $expected', async ({ variables, expected }) => {
  const { provider } = configured(variables, {});
  await provider.ReadResource({ ...SYNC, current_state: encodeState({ sid: 'IS1' }) });
  expect(requests.map(({ authorization }) => authorization)).toEqual([`Basic ${btoa(expected)}`]);
  const required = provider
    .GetSchema()
    .provider.block.attributes.filter((one) => (one as { required: boolean }).required);
  expect(required).toEqual([]);
});

test('without credentials, or with a region, it is not configured', () => {
  expect(configured({}, {}).diagnostics).toHaveLength(1);
  expect(configured({}, { username: 'SK1', password: 'x', region: 'ie1' }).diagnostics).toHaveLength(1);
});
