import '@testing-library/jest-dom';
import { screen, within } from '@testing-library/react';
import { answeredCall, axeViolations, FakeSandbox, renderPages, SID } from '../testing/fake-sandbox';

const call = (event: Record<string, unknown>) =>
  ({ type: 'call', event: { callSid: SID, at: Date.now(), ...event } }) as Parameters<FakeSandbox['send']>[0];

// The call's clock stands still: a second that passes in a slow test would be rendered outside of `act`.
beforeAll(() => void jest.spyOn(window, 'setInterval').mockReturnValue(0 as never));
afterAll(() => jest.restoreAllMocks());

/** A call that this page places, answered. */
async function answerOwnCall({ sandbox, user }: Awaited<ReturnType<typeof renderPages>>): Promise<void> {
  await user.click(screen.getByRole('button', { name: 'Call' }));
  sandbox.actions = [];
  sandbox.answerCall();
}

describe('the telephone', () => {
  it('calls from an ordinary number to the one chosen', async () => {
    const { sandbox, user } = await renderPages('/telephone');
    await user.selectOptions(screen.getByLabelText('Number to call'), '+15550100001');
    await user.click(screen.getByRole('button', { name: 'Call' }));
    expect(sandbox.actions).toEqual(['call +14155550123 +15550100001 Ana Ruiz']);
    expect(document.title).toBe('Telephone – Twilio sandbox');
  });

  it('calls with a withheld number, and without a name', async () => {
    const { sandbox, user } = await renderPages('/telephone');
    await user.selectOptions(screen.getByLabelText('Call from'), 'A withheld number');
    await user.click(screen.getByRole('button', { name: 'Call' }));
    expect(sandbox.actions).toEqual(['call +266696687 +15550100000 -']);
  });

  it('asks for a number that is one, and points at the field', async () => {
    const { sandbox, user } = await renderPages('/telephone');
    await user.selectOptions(screen.getByLabelText('Call from'), 'Another number');
    const field = screen.getByLabelText(/Your number/);
    await user.type(field, 'hello');
    await user.click(screen.getByRole('button', { name: 'Call' }));
    expect(sandbox.actions).toEqual([]);
    expect(field).toHaveFocus();
    expect(field).toHaveAccessibleDescription(/Enter a number/);
    await user.clear(field);
    await user.type(field, '+44 (20) 7946-0123{Enter}');
    expect(sandbox.actions).toEqual(['call +442079460123 +15550100000 -']);
  });

  it('says why a call could not be placed', async () => {
    const { sandbox, user } = await renderPages('/telephone');
    sandbox.failure = new Error('Give `to`, one of these.');
    await user.click(screen.getByRole('button', { name: 'Call' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('Give `to`, one of these.');
  });

  it('leaves a sample voicemail from the chosen caller to the chosen line, and says so', async () => {
    const { sandbox, user } = await renderPages('/telephone');
    await user.selectOptions(screen.getByLabelText('Call from'), 'A withheld number');
    await user.selectOptions(screen.getByLabelText('Number to call'), '+15550100001');
    await user.click(screen.getByRole('button', { name: 'Leave a sample voicemail' }));
    expect(sandbox.actions).toEqual(['leave a voicemail +266696687 +15550100001']);
    expect(await screen.findByText('A voicemail was left.')).toBeInTheDocument();
    sandbox.failure = new Error('This line recorded no message.');
    await user.click(screen.getByRole('button', { name: 'Leave a sample voicemail' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('This line recorded no message.');
    expect(screen.queryByText('A voicemail was left.')).not.toBeInTheDocument();
  });

  it('puts everything the caller hears into words, as a live region', async () => {
    const pages = await renderPages('/telephone');
    const { sandbox } = pages;
    await answerOwnCall(pages);
    const heard = screen.getByRole('log', { name: 'What the caller hears' });
    expect(heard).toHaveAttribute('aria-live', 'polite');
    sandbox.send(
      call({ type: 'say', text: 'Bienvenidos', language: 'es-ES' }),
      call({ type: 'play', url: 'http://127.0.0.1:1/hold-music.mp3?x=1', audio: '/api/audio/0' }),
      call({ type: 'beep' }),
      call({ type: 'recording', on: true }),
    );
    expect(within(heard).getByText('Bienvenidos').closest('[lang]')).toHaveAttribute('lang', 'es-ES');
    expect(heard).toHaveTextContent('hold-music.mp3');
    expect(heard).toHaveTextContent('A beep.');
    expect(screen.getByText('Recording', { exact: true })).toBeInTheDocument();
  });

  it('presses keys by mouse and by keyboard, but not while something is typed', async () => {
    const pages = await renderPages('/telephone');
    const { sandbox, user } = pages;
    await answerOwnCall(pages);
    await user.click(screen.getByRole('button', { name: '2 ABC' }));
    await user.click(screen.getByRole('button', { name: 'star' }));
    await user.keyboard('7#');
    expect(sandbox.actions).toEqual(['press 2', 'press *', 'press 7', 'press #']);
    expect(screen.getByText('Pressed: 2 * 7 #')).toBeInTheDocument();
    sandbox.actions = [];
    const file = new File(['RIFF'], 'own.wav', { type: 'audio/wav' });
    await user.upload(document.querySelector('input[type=file]') as HTMLInputElement, file);
    await user.type(screen.getByLabelText('What is said in it'), 'Order 9');
    expect(sandbox.actions).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Speak this file' }));
    expect(sandbox.actions).toEqual(['speak 4 bytes Order 9']);
  });

  it('speaks the sample and says so', async () => {
    const pages = await renderPages('/telephone');
    const { sandbox, user } = pages;
    await answerOwnCall(pages);
    await user.click(screen.getByRole('button', { name: 'Speak the sample message' }));
    expect(sandbox.actions).toEqual(['speak the sample']);
    expect(await screen.findByText('The sample message is playing.')).toBeInTheDocument();
  });

  it('says when there is no microphone', async () => {
    const pages = await renderPages('/telephone');
    const { user } = pages;
    await answerOwnCall(pages);
    await user.click(screen.getByRole('button', { name: 'Use the microphone' }));
    expect(await screen.findByRole('alert')).toHaveTextContent('This browser does not give this page a microphone.');
  });

  it('hangs up, and offers another call once the call has ended', async () => {
    const pages = await renderPages('/telephone');
    const { sandbox, user } = pages;
    await answerOwnCall(pages);
    await user.click(screen.getByRole('button', { name: 'Hang up' }));
    expect(sandbox.actions).toEqual(['hang up']);
    sandbox.send(call({ type: 'status', status: 'completed' }));
    expect(screen.getByText('Call ended')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Make another call' }));
    expect(screen.getByRole('button', { name: 'Call' })).toBeInTheDocument();
  });

  it('rings when it is called, and is picked up or not', async () => {
    const { sandbox, user, container } = await renderPages('/telephone');
    const rings = () =>
      sandbox.send(
        call({ type: 'rings', from: '+12025550101', to: '+14155550123' }),
        call({ type: 'status', status: 'ringing' }),
      );
    rings();
    expect(screen.getByRole('alert')).toHaveTextContent('+12025550101 is calling +14155550123');
    expect(await axeViolations(container)).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Pick up' }));
    expect(sandbox.actions).toEqual(['pick up']);
    sandbox.send(call({ type: 'status', status: 'in-progress' }));
    expect(screen.queryByRole('button', { name: 'Pick up' })).not.toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Hang up' })).toBeInTheDocument();
    sandbox.send(call({ type: 'status', status: 'completed' }));
    rings();
    await user.click(screen.getByRole('button', { name: 'Decline' }));
    expect(sandbox.actions).toEqual(['pick up', 'hang up']);
  });

  it('keeps the dialer while another tab calls, and leads to that call', async () => {
    const { sandbox, user } = await renderPages('/telephone');
    await user.selectOptions(screen.getByLabelText('Call from'), 'A withheld number');
    sandbox.answerCall();
    expect(screen.getByLabelText('Call from')).toHaveDisplayValue('A withheld number');
    await user.click(screen.getByRole('button', { name: 'Show other call 1' }));
    expect(screen.getByRole('button', { name: 'Hang up' })).toBeInTheDocument();
  });

  it('keeps the first of two incoming calls within reach', async () => {
    const { sandbox, user } = await renderPages('/telephone');
    const ring = (callSid: string, from: string) =>
      sandbox.send(
        call({ callSid, type: 'rings', from, to: '+14155550123' }),
        call({ callSid, type: 'status', status: 'ringing' }),
      );
    ring('CA1', '+12025550101');
    ring('CA2', '+12025550102');
    const first = () => screen.getByRole('group', { name: 'Call from +12025550101' });
    const second = () => screen.getByRole('group', { name: 'Call from +12025550102' });
    await user.click(within(second()).getByRole('button', { name: 'Pick up' }));
    sandbox.send(call({ callSid: 'CA2', type: 'status', status: 'in-progress' }));
    expect(screen.getByRole('button', { name: 'Hang up' })).toBeInTheDocument();
    await user.click(within(first()).getByRole('button', { name: 'Pick up' }));
    sandbox.send(call({ callSid: 'CA1', type: 'status', status: 'in-progress' }));
    expect(screen.getByRole('button', { name: 'Show the call from +12025550102 to +14155550123' })).toBeInTheDocument();
  });

  it('shows both telephones of a dialed call, and what each hears of the other', async () => {
    const { sandbox, user } = await renderPages('/telephone');
    const [line, employee, caller] = ['+12025550101', '+12025550160', '+14155550123'];
    const ring = async (callSid: string, to: string) => {
      sandbox.send(
        call({ callSid, type: 'rings', from: line, to }),
        call({ callSid, type: 'status', status: 'ringing' }),
      );
      await user.click(screen.getByRole('button', { name: 'Pick up' }));
      sandbox.send(call({ callSid, type: 'status', status: 'in-progress' }));
    };
    const captions = () => screen.getByRole('log');
    await ring('CA1', employee);
    sandbox.send(call({ callSid: 'CA1', type: 'dial', number: caller, connected: false }));
    expect(captions()).toHaveTextContent(`Calling ${caller}.`);
    await ring('CA2', caller);
    sandbox.send(
      call({ callSid: 'CA1', type: 'dial', number: caller, connected: true }),
      call({ callSid: 'CA2', type: 'dial', number: employee, connected: true }),
    );
    expect(captions()).toHaveTextContent(`Connected with ${employee}.`);
    await user.click(screen.getByRole('button', { name: `Show the call from ${line} to ${employee}` }));
    expect(captions()).toHaveTextContent(`Connected with ${caller}.`);
    expect(screen.getByRole('button', { name: `Show the call from ${line} to ${caller}` })).toBeInTheDocument();
  });

  it('shows the call of this tab again after a reload', async () => {
    sessionStorage.setItem('telephone-call', SID);
    await renderPages('/telephone', new FakeSandbox(), answeredCall());
    expect(screen.getByRole('button', { name: 'Hang up' })).toBeInTheDocument();
    sessionStorage.clear();
  });

  it('shows the dialer in a new tab while another tab is in a call', async () => {
    await renderPages('/telephone', new FakeSandbox(), answeredCall());
    expect(screen.getByLabelText('Call from')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Hang up' })).not.toBeInTheDocument();
  });

  it('shows the dialer after a reload, not a call that has ended', async () => {
    const { sandbox } = await renderPages('/telephone');
    sandbox.answerCall();
    sandbox.send(call({ type: 'status', status: 'completed' }));
    expect(screen.getByLabelText('Call from')).toBeInTheDocument();
    expect(screen.queryByText('Call ended')).not.toBeInTheDocument();
  });

  it('shows the waiting tasks, and the event log beside the call', async () => {
    const sandbox = new FakeSandbox();
    await renderPages('/telephone', sandbox);
    sandbox.openTasks = [
      {
        sid: 'WT1',
        status: 'pending',
        queue: 'Support',
        channel: 'voice',
        title: 'Ana',
        kind: 'voicemail',
        created: 1,
        attributes: { a: 1 },
      },
    ];
    sandbox.send({ type: 'task' });
    expect(await screen.findByText('pending in Support')).toBeInTheDocument();
    sandbox.log({ source: 'caller', text: 'caller pressed 2' });
    expect(screen.getByText('caller pressed 2')).toBeInTheDocument();
  });

  it('has nothing axe objects to, before and during a call', async () => {
    const pages = await renderPages('/telephone');
    const { sandbox, container } = pages;
    expect(await axeViolations(container)).toEqual([]);
    await answerOwnCall(pages);
    sandbox.send(call({ type: 'say', text: 'Hello' }));
    sandbox.log({ text: 'a task', detail: { a: 1 }, level: 'warning' });
    expect(await axeViolations(container)).toEqual([]);
  });
});
