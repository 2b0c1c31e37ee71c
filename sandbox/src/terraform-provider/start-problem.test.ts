import { startProblem } from './start-problem';

const asTerraformStartsIt = {
  TF_PLUGIN_MAGIC_COOKIE: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
  TWILIO_STUB_URL: 'http://127.0.0.1:4000',
};

test('Terraform may start it beside a sandbox', () => {
  expect(startProblem(asTerraformStartsIt)).toBeUndefined();
});

test.each([
  [{ TF_PLUGIN_MAGIC_COOKIE: undefined }, 'which starts it'],
  [{ TWILIO_STUB_URL: undefined }, 'set TWILIO_STUB_URL'],
  [{ TWILIO_STUB_URL: 'https://api.twilio.com' }, 'set TWILIO_STUB_URL'],
  [{ TWILIO_STUB_URL: 'http://127.0.0.1.example.com:4000' }, 'set TWILIO_STUB_URL'],
  [{ PLUGIN_CLIENT_CERT: '-----BEGIN CERTIFICATE-----' }, 'TF_DISABLE_PLUGIN_TLS=1'],
])('it does not start with %j', (variables, expected) => {
  expect(startProblem({ ...asTerraformStartsIt, ...variables })).toContain(expected);
});
