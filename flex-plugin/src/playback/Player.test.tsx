import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createCard, type RenderOptions, renderCard } from '../../test/card-harness';
import type { PlaybackState, VoicemailAudio } from './voicemail-audio';

/** Fake audio that can be put into every state. */
function aSound(change: Partial<PlaybackState> = {}) {
  let state: PlaybackState = {
    step: 'idle',
    position: 0,
    duration: 64,
    rate: 1,
    bars: new Array(96).fill(null),
    downloading: false,
    ...change,
  };
  const listeners = new Set<() => void>();
  const sound = {
    get snapshot() {
      return state;
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    play: jest.fn(),
    pause: jest.fn(),
    seek: jest.fn(),
    setRate: jest.fn(),
    download: jest.fn(async () => new Blob(['sound'])),
    dispose: jest.fn(),
  };
  const become = (next: Partial<PlaybackState>) =>
    act(() => {
      state = { ...state, ...next };
      for (const listener of listeners) listener();
    });
  return { sound, become, createAudio: () => sound as unknown as VoicemailAudio };
}
const show = async (change: Partial<PlaybackState> = {}, scene: RenderOptions = {}) => {
  const made = aSound(change);
  const view = renderCard({ createAudio: made.createAudio, ...scene });
  await screen.findByRole('slider');
  return { ...made, ...view };
};
const button = (name: string) => screen.getByRole('button', { name });
const slider = () => screen.getByRole('slider', { name: 'Position in the recording' });

test('fetches nothing before the first play, since a request counts as listening', async () => {
  const { client } = renderCard();
  await screen.findByRole('slider');
  expect(client.audio).not.toHaveBeenCalled();
});

test('plays, and pauses while loading or playing', async () => {
  const { sound, become } = await show();
  await userEvent.click(button('Play'));
  expect(sound.play).toHaveBeenCalled();
  become({ step: 'loading' });
  expect(await screen.findByText('Loading the recording')).toBeInTheDocument();
  become({ step: 'playing' });
  expect(screen.queryByText('Loading the recording')).not.toBeInTheDocument();
  await userEvent.click(button('Pause'));
  expect(sound.pause).toHaveBeenCalled();
  become({ step: 'paused' });
  expect(button('Play')).toBeEnabled();
});

test('shows and announces elapsed time and duration', async () => {
  const { become } = await show();
  become({ step: 'playing', position: 12.4 });
  expect(screen.getByText('0:12 / 1:04')).toBeInTheDocument();
  expect(slider()).toHaveAttribute('aria-valuetext', '0:12 of 1:04');
  expect(slider()).toHaveAttribute('aria-valuenow', '12');
});

test.each([
  ['{ArrowRight}', 35],
  ['{ArrowLeft}', 25],
  ['{PageUp}', 60],
  ['{PageDown}', 0],
  ['{Home}', 0],
  ['{End}', 64],
])('%s seeks to %p', async (key, expected) => {
  const { sound } = await show({ position: 30 });
  slider().focus();
  await userEvent.keyboard(key);
  expect(sound.seek).toHaveBeenCalledWith(expected);
});

test('ignores keys that do not seek', async () => {
  const { sound } = await show({ position: 30 });
  slider().focus();
  await userEvent.keyboard('x{Tab}');
  expect(sound.seek).not.toHaveBeenCalled();
});

test('seeks by pointer and while dragging', async () => {
  const { sound } = await show();
  jest.spyOn(slider(), 'getBoundingClientRect').mockReturnValue({ left: 100, width: 200 } as DOMRect);
  const at = (type: string, clientX: number) =>
    act(() => void slider().dispatchEvent(new MouseEvent(type, { clientX, bubbles: true })));
  at('pointerdown', 200);
  expect(sound.seek).toHaveBeenLastCalledWith(32);
  at('pointermove', 999);
  expect(sound.seek).toHaveBeenLastCalledWith(64);
  at('pointerup', 999);
  at('pointermove', 150);
  expect(sound.seek).toHaveBeenCalledTimes(2);
});

test('extends the waveform as chunks arrive', async () => {
  const { become, container } = await show();
  const known = () => container.querySelectorAll('[role=slider] path')[1]!.getAttribute('d')!.split('M').length - 1;
  expect(known()).toBe(0);
  become({ bars: [0.5, 1, ...new Array(94).fill(null)] });
  expect(known()).toBe(2);
});

test('offers playback rates from 0.75 to 2', async () => {
  const { sound } = await show();
  const speed = screen.getByRole('combobox', { name: 'Speed' });
  expect([...speed.querySelectorAll('option')].map(({ textContent }) => textContent)).toEqual([
    '0.75×',
    '1×',
    '1.25×',
    '1.5×',
    '2×',
  ]);
  await userEvent.selectOptions(speed, '1.5×');
  expect(sound.setRate).toHaveBeenCalledWith(1.5);
});

test.each([
  ['timed-out', 'The recording could not be loaded. The voicemail service is not responding.'],
  ['offline', 'The recording could not be loaded. You appear to be offline.'],
  ['not-yours', 'The recording could not be loaded. This task is no longer assigned to you.'],
  ['unplayable', 'This browser cannot play the recording.'],
] as const)('on %s, says why and retries on request', async (failure, expected) => {
  const { sound } = await show({ step: 'failed', failure });
  expect(screen.getByText(expected).parentElement).toHaveAttribute('role', 'status');
  await userEvent.click(button('Try again'));
  expect(sound.play).toHaveBeenCalled();
});

test('when deleted meanwhile, reloads the card, which says so', async () => {
  const card = jest
    .fn()
    .mockResolvedValueOnce(createCard())
    .mockResolvedValue(createCard({ recording: { state: 'deleted' } }));
  const { become } = await show({}, { client: { card } });
  become({ step: 'failed', failure: 'recording-deleted' });
  expect(await screen.findByText('The recording was deleted.')).toBeInTheDocument();
  expect(card).toHaveBeenCalledTimes(2);
  expect(screen.queryByRole('button', { name: 'Play' })).not.toBeInTheDocument();
});

test('when retention deleted it, says so', async () => {
  renderCard({ card: createCard({ recording: { state: 'deleted', byRule: true } }) });
  expect(await screen.findByText('The recording was deleted by the retention rule.')).toBeInTheDocument();
});

test('when there is no recording, says so', async () => {
  renderCard({ card: createCard({ recording: { state: 'none' } }) });
  expect(await screen.findByText('The caller left no recording.')).toBeInTheDocument();
});

test('when a call begins, pauses with a reason and does not resume', async () => {
  const { sound, become, setFlex } = await show();
  become({ step: 'playing', position: 5 });
  setFlex({ phone: { activeCall: {} } });
  expect(sound.pause).toHaveBeenCalledTimes(1);
  become({ step: 'paused' });
  expect(await screen.findByText('Paused for the call.')).toBeInTheDocument();
  setFlex({ phone: {} });
  await waitFor(() => expect(screen.queryByText('Paused for the call.')).not.toBeInTheDocument());
  expect(sound.play).not.toHaveBeenCalled();
});

test('when the agent calls back, pauses at once', async () => {
  const { sound, become } = await show();
  become({ step: 'playing' });
  await userEvent.click(button('Call +1 555-123-4567'));
  await waitFor(() => expect(sound.pause).toHaveBeenCalled());
});

test('disposes of the audio with the card', async () => {
  const { sound, unmount } = await show();
  unmount();
  expect(sound.dispose).toHaveBeenCalledTimes(1);
});

describe('downloading', () => {
  const createUrl = jest.fn(() => 'blob:sound');
  const releaseUrl = jest.fn();
  beforeEach(() => Object.assign(URL, { createObjectURL: createUrl, revokeObjectURL: releaseUrl }));

  test('is offered to supervisors only', async () => {
    await show();
    expect(screen.queryByRole('button', { name: 'Download' })).not.toBeInTheDocument();
  });

  test('saves a file named after the time of the message', async () => {
    const click = jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
    await show({}, { roles: 'supervisor' });
    await userEvent.click(button('Download'));
    await waitFor(() => expect(click).toHaveBeenCalledTimes(1));
    const link = click.mock.contexts[0] as HTMLAnchorElement;
    expect([link.download, link.href]).toEqual(['voicemail-2026-11-22T14-41-00-000Z.mp3', 'blob:sound']);
  });

  test('when it fails, says so', async () => {
    const { sound } = await show({}, { roles: 'supervisor' });
    sound.download.mockRejectedValueOnce(new Error('down'));
    await act(() => userEvent.click(button('Download')));
    expect(await screen.findByText(/^The recording could not be loaded\. Something went wrong/)).toBeInTheDocument();
  });
});
