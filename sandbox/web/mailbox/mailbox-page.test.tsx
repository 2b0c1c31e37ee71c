import '@testing-library/jest-dom';
import { screen, within } from '@testing-library/react';
import { axeViolations, createMail, FakeSandbox, renderPages } from '../testing/fake-sandbox';

const withMails = (...numbers: number[]) => {
  const sandbox = new FakeSandbox();
  sandbox.storedMails = numbers.map((n) => createMail(n));
  return sandbox;
};

describe('the mailbox', () => {
  it('says what will appear while it is empty', async () => {
    const { container } = await renderPages('/mailbox');
    expect(screen.getByRole('heading', { name: 'No mail yet' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: /Leave a voicemail/ })).toHaveAttribute('href', '/telephone');
    expect(await axeViolations(container)).toEqual([]);
  });

  it('opens a mail: text, headers, player and downloads', async () => {
    const { user, container } = await renderPages('/mailbox', withMails(2, 1));
    await user.click(screen.getByRole('link', { name: /Voicemail 1/ }));
    expect(window.location.pathname).toBe(`/mailbox/${createMail(1).id}`);
    expect(await screen.findByRole('heading', { name: 'Voicemail 1' })).toBeInTheDocument();
    expect(screen.getByRole('link', { name: /Voicemail 1/ })).toHaveAttribute('aria-current', 'true');
    const address = `/api/mails/${createMail(1).id}`;
    expect(screen.getByLabelText('Play message.wav')).toHaveAttribute('src', `${address}/attachments/0`);
    expect(screen.getByRole('link', { name: /Download message.wav/ })).toHaveAttribute(
      'href',
      `${address}/attachments/0?download`,
    );
    expect(screen.getByRole('link', { name: /as sent/ })).toHaveAttribute('href', `${address}/raw`);
    await user.click(screen.getByRole('tab', { name: 'Text' }));
    expect(screen.getByRole('region', { name: 'Text' })).toHaveTextContent('Words of the mail');
    await user.click(screen.getByRole('tab', { name: 'Headers' }));
    expect(screen.getByRole('region', { name: 'Headers' })).toHaveTextContent('X-Call: CA1');
    expect(await axeViolations(container)).toEqual([]);
  });

  it('previews the words of each mail in the list, and leaves no gap where there are none', async () => {
    const sandbox = new FakeSandbox();
    sandbox.storedMails = [createMail(2, { preview: 'Please call me back.' }), createMail(1, { preview: '' })];
    await renderPages('/mailbox', sandbox);
    const lines = within(screen.getByRole('navigation', { name: 'Mails' })).getAllByRole('link');
    const [one, two] = lines.map((line) => [...line.children].map(({ textContent }) => textContent));
    expect(one!.slice(1)).toEqual(['Voicemail 2', 'Please call me back.', 'message.wav']);
    expect(two!.slice(1)).toEqual(['Voicemail 1', 'message.wav']);
  });

  it('lets nothing in a mail run', async () => {
    await renderPages(`/mailbox/${createMail(1).id}`, withMails(1));
    const frame = await screen.findByTitle('The mail as HTML');
    expect(frame.getAttribute('sandbox')).not.toMatch(/allow-(scripts|same-origin|forms|top)/);
  });

  it('shows a new mail in the list, and announces it on other pages', async () => {
    const { sandbox, user } = await renderPages('/log');
    sandbox.deliverMail(createMail(3));
    expect(screen.getByText('New mail: Voicemail 3')).toBeInTheDocument();
    await user.click(
      within(screen.getByRole('navigation', { name: 'Pages' })).getByRole('link', { name: /Mailbox 1 new/ }),
    );
    expect(await screen.findByRole('link', { name: /Voicemail 3/ })).toBeInTheDocument();
    sandbox.deliverMail(createMail(4));
    expect(await screen.findByRole('link', { name: /Voicemail 4/ })).toBeInTheDocument();
    await user.click(screen.getByRole('link', { name: 'Start' }));
    expect(screen.getByRole('link', { name: 'Mailbox' })).toBeInTheDocument();
  });

  it('asks for confirmation before clearing', async () => {
    const { sandbox, user } = await renderPages('/mailbox', withMails(1));
    await user.click(screen.getByRole('button', { name: 'Empty the mailbox' }));
    await user.click(screen.getByRole('button', { name: 'Keep them' }));
    expect(sandbox.actions).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Empty the mailbox' }));
    await user.click(screen.getByRole('button', { name: 'Delete all mails' }));
    expect(await screen.findByRole('heading', { name: 'No mail yet' })).toBeInTheDocument();
  });

  it('says when mails cannot be fetched, or one is gone', async () => {
    const sandbox = withMails(1);
    await renderPages('/mailbox/1700000000009-0009', sandbox);
    expect(await screen.findByText('There is no such mail.')).toBeInTheDocument();
    sandbox.failure = new Error('The sandbox does not answer.');
    sandbox.send({ type: 'ready' });
    expect(await screen.findByText('The sandbox does not answer.')).toBeInTheDocument();
  });
});
