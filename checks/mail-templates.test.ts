import { runNode } from './repository';

test('the compiled mail templates are what email-templates/ makes', () => {
  const { status, stderr } = runNode(['serverless-functions/compile-mail-templates.mjs', '--check']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
