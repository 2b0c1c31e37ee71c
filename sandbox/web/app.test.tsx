import '@testing-library/jest-dom';
import { screen, within } from '@testing-library/react';
import { axeViolations, renderPages } from './testing/fake-sandbox';

describe('the pages', () => {
  it('begin with what to try first and where everything is', async () => {
    const { container, user } = await renderPages('/');
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Try it by telephone');
    expect(screen.getByRole('link', { name: /Open Desk/ })).toHaveAttribute('href', 'http://127.0.0.1:1/');
    expect(await axeViolations(container)).toEqual([]);
    await user.click(screen.getByRole('link', { name: 'Pick up the telephone' }));
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Telephone');
  });

  it('can be walked by keyboard, and say where one is', async () => {
    const { user } = await renderPages('/');
    await user.tab();
    expect(screen.getByRole('link', { name: 'Skip to the page' })).toHaveFocus();
    const nav = within(screen.getByRole('navigation', { name: 'Pages' }));
    await user.tab();
    await user.tab();
    await user.tab();
    await user.tab();
    await user.tab();
    await user.keyboard('{Shift>}{Tab}{/Shift}');
    expect(nav.getByRole('link', { name: 'Log' })).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(nav.getByRole('link', { name: 'Log' })).toHaveAttribute('aria-current', 'page');
    expect(document.title).toBe('Log – Twilio sandbox');
    expect(screen.getByRole('main')).toHaveFocus();
  });

  it('say so where there is none', async () => {
    const { user, container } = await renderPages('/no/such-page');
    expect(screen.getByRole('heading', { name: 'There is no such page' })).toBeInTheDocument();
    expect(screen.getByText('The sandbox has nothing at /no/such-page.')).toBeInTheDocument();
    expect(await axeViolations(container)).toEqual([]);
    await user.click(screen.getByRole('link', { name: 'Go to the start page' }));
    expect(screen.getByRole('heading', { name: 'Try it by telephone' })).toBeInTheDocument();
  });

  it('follow the browser back', async () => {
    const { user } = await renderPages('/');
    await user.click(screen.getByRole('link', { name: 'Log' }));
    window.history.back();
    expect(await screen.findByRole('heading', { name: 'Try it by telephone' })).toBeInTheDocument();
  });

  it('say that the sandbox has stopped, and stop saying so when it is back', async () => {
    const { sandbox, container } = await renderPages('/log');
    sandbox.log({ text: 'call CA1 ringing' });
    sandbox.connection('lost');
    expect(screen.getByRole('alert')).toHaveTextContent('The sandbox has stopped');
    expect(screen.getByText('call CA1 ringing')).toBeInTheDocument();
    expect(await axeViolations(container)).toEqual([]);
    sandbox.connection('open');
    sandbox.send({ type: 'reset' }, { type: 'ready' });
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(screen.queryByText('call CA1 ringing')).not.toBeInTheDocument();
  });
});

describe('the log', () => {
  it('has the newest line first, each opening to what is behind it', async () => {
    const { sandbox, user, container } = await renderPages('/log');
    expect(screen.getByText(/Nothing has happened yet/)).toBeInTheDocument();
    sandbox.log({ source: 'caller', text: 'caller pressed 2' });
    sandbox.log({ source: 'product', text: 'task WT1 canceled', detail: { status: 412 } });
    const lines = within(screen.getByRole('list', { name: 'Log' })).getAllByRole('listitem');
    expect(lines.map((line) => line.textContent)).toEqual([
      expect.stringContaining('task WT1 canceled'),
      expect.stringContaining('caller pressed 2'),
    ]);
    expect(screen.queryByText(/412/)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: /task WT1 canceled/ }));
    expect(screen.getByText(/"status": 412/)).toBeInTheDocument();
    expect(await axeViolations(container)).toEqual([]);
  });

  it('filters by problems, with a mark that is not only a color', async () => {
    const { sandbox, user } = await renderPages('/log');
    sandbox.log({ text: 'all is well' });
    sandbox.log({ text: 'something is odd', level: 'warning' });
    sandbox.log({ text: 'something broke', level: 'error' });
    await user.click(screen.getByRole('switch', { name: 'Only problems' }));
    expect(screen.queryByText('all is well')).not.toBeInTheDocument();
    expect(screen.getByTitle('Warning')).toBeInTheDocument();
    expect(screen.getByTitle('Error')).toBeInTheDocument();
  });

  it('folds the lines of a call into one, with its worst level, until it is opened', async () => {
    const { sandbox, user, container } = await renderPages('/log');
    sandbox.log(
      { text: 'call CA1 ringing', callSid: 'CA1' },
      { text: 'something is odd', level: 'warning', callSid: 'CA1' },
    );
    const call = screen.getByRole('button', { name: /call CA1 ringing \(2 lines\)/ });
    expect(within(call).getByTitle('Warning')).toBeInTheDocument();
    expect(screen.queryByText('something is odd')).not.toBeInTheDocument();
    await user.click(call);
    expect(call).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getByText('something is odd')).toBeInTheDocument();
    expect(await axeViolations(container)).toEqual([]);
    await user.click(screen.getByRole('switch', { name: 'Group by call' }));
    expect(screen.queryByText(/2 lines/)).not.toBeInTheDocument();
    expect(screen.getByText('something is odd')).toBeVisible();
  });

  it('shortens long logs until "show all"', async () => {
    const { sandbox, user } = await renderPages('/log');
    sandbox.log(...Array.from({ length: 230 }, (_, n) => ({ text: `line ${n + 1}.` })));
    expect(screen.queryByText('line 1.')).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Show earlier lines' }));
    expect(screen.getByText('line 1.')).toBeInTheDocument();
  });
});
