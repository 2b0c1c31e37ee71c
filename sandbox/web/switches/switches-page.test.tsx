import '@testing-library/jest-dom';
import { screen } from '@testing-library/react';
import { axeViolations, FakeSandbox, renderPages } from '../testing/fake-sandbox';

test('a chosen option is sent, and shown as chosen', async () => {
  const { sandbox, user, container } = await renderPages('/switches');
  const works = await screen.findByRole('radio', { name: 'delivers every mail' });
  expect(works).toBeChecked();
  await user.click(screen.getByRole('radio', { name: 'is down' }));
  expect(sandbox.actions).toEqual(['switch mail down']);
  expect(screen.getByRole('radio', { name: 'is down' })).toBeChecked();
  expect(await axeViolations(container)).toEqual([]);
});

test('when the sandbox refuses the change, the old option stays and the reason is shown', async () => {
  const sandbox = new FakeSandbox();
  const { user } = await renderPages('/switches', sandbox);
  await screen.findByRole('radio', { name: 'is down' });
  sandbox.failure = new Error('The sandbox does not respond. Is it still running?');
  await user.click(screen.getByRole('radio', { name: 'is down' }));
  expect(screen.getByText('The sandbox does not respond. Is it still running?')).toBeInTheDocument();
  expect(screen.getByRole('radio', { name: 'delivers every mail' })).toBeChecked();
});
