import { safeLoad } from 'js-yaml';
import { readText, repositoryFiles } from './repository';

/** The examples of schedulers in docs/examples/: what can be said of them without the services that run them. */
const OUTBOX = '/features/callback-and-voicemail-with-email/email/run-outbox';

interface Workflow {
  on: { schedule?: { cron: string }[] };
  jobs: Record<string, { steps: { run?: string; env?: Record<string, string> }[] }>;
}
/** YAML 1.1 reads the key `on` as true; GitHub does not. */
const readWorkflow = (file: string) => safeLoad(readText(file).replace(/^on:/m, "'on':")) as Workflow;

describe('GitHub workflows', () => {
  const workflows = repositoryFiles().filter((file) => /^\.github\/workflows\/|^docs\/examples\/.*\.yml$/.test(file));

  test.each(workflows)('%s is YAML with jobs that have steps', (file) => {
    const { on, jobs } = readWorkflow(file);
    expect(on).toBeTruthy();
    for (const { steps } of Object.values(jobs)) expect(steps.length).toBeGreaterThan(0);
  });
});

test('the workflow runs as often as GitHub allows, and has the token from the secrets alone', () => {
  const { on, jobs } = readWorkflow('docs/examples/run-outbox.yml');
  // https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
  expect(on.schedule).toEqual([{ cron: '3-59/5 * * * *' }]);
  const [{ run, env }] = jobs.sweep!.steps as [{ run: string; env: Record<string, string> }];
  expect(env.OUTBOX_TOKEN).toBe(`\${{ secrets.OUTBOX_TOKEN }}`);
  expect(run).toContain(OUTBOX);
  // What GitHub fills into a script could be code.
  expect(run).not.toContain('${{');
});

test('the crontab has one job every three minutes', () => {
  const jobs = readText('docs/examples/crontab')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(jobs).toHaveLength(1);
  const [minute, ...others] = jobs[0]!.split(' ');
  expect([minute, others.slice(0, 4)]).toEqual(['1-59/3', ['*', '*', '*', '*']]);
});

describe('the CloudFormation template', () => {
  const { Parameters, Resources } = JSON.parse(readText('docs/examples/eventbridge.json')) as {
    Parameters: Record<string, { NoEcho?: boolean }>;
    Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
  };
  const names = new Set([...Object.keys(Parameters), ...Object.keys(Resources)]);

  /** The parameters and resources that a value refers to. */
  function references(value: unknown): string[] {
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, inner]) => {
      if (key === 'Ref') return [inner as string];
      if (key === 'Fn::GetAtt') return [(inner as string[])[0]!];
      if (key === 'Fn::Sub') return [...(inner as string).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!);
      return references(inner);
    });
  }

  test('refers to nothing that it does not have, and uses each parameter', () => {
    const used = references(Resources);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
    expect(Object.keys(Parameters).filter((name) => !used.includes(name))).toEqual([]);
  });

  test('calls the address with the token, and shows the token to nobody', () => {
    expect(Parameters.OutboxToken!.NoEcho).toBe(true);
    expect(Resources.Destination).toMatchObject({
      Type: 'AWS::Events::ApiDestination',
      Properties: { HttpMethod: 'POST', InvocationEndpoint: { 'Fn::Sub': `https://\${FunctionsDomain}${OUTBOX}` } },
    });
    expect(Resources.Connection).toMatchObject({
      Type: 'AWS::Events::Connection',
      Properties: {
        AuthorizationType: 'API_KEY',
        AuthParameters: {
          ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: { 'Fn::Sub': `Bearer \${OutboxToken}` } },
        },
      },
    });
  });

  test('lets the rule invoke this destination and nothing else', () => {
    expect(Resources.Role!.Properties.Policies).toMatchObject([
      {
        PolicyDocument: {
          Statement: [{ Action: 'events:InvokeApiDestination', Resource: { 'Fn::GetAtt': ['Destination', 'Arn'] } }],
        },
      },
    ]);
    expect(Resources.Rule).toMatchObject({
      Type: 'AWS::Events::Rule',
      Properties: { Targets: [{ RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } }] },
    });
  });
});
