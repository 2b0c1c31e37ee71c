import type { PersonalDataItem } from '@callback-and-voicemail/contract/personal-data';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { findAxeViolations } from '../../../test/card-harness';
import { renderPersonalData, settle } from '../../../test/email-admin-harness';
import { FunctionsError } from '../../functions-client/functions-error';

const NUMBER = '+12025550123';
const item = (n: number, change: Partial<PersonalDataItem> = {}): PersonalDataItem => ({
  voicemail_id: `voicemail-CA${String(n).padStart(32, '0')}-1`,
  taskType: 'voicemail',
  receivedAt: '2026-11-22T14:50:00.000Z',
  state: 'stored',
  ...change,
});
const CERTIFICATE = { json: '{}', text: 'Certificate of deletion', sha256: 'abc', isComplete: true };
const answering = (items: PersonalDataItem[]) => ({
  personalData: jest.fn((action: string) =>
    Promise.resolve(action === 'erase' ? { items, certificate: CERTIFICATE } : { items }),
  ),
});
const user = userEvent.setup({ delay: null });
const section = () => within(screen.getByRole('region', { name: 'Personal data' }));
const click = async (name: string) => {
  await act(() => user.click(section().getByRole('button', { name })));
  await settle();
};
async function find(number = '+1 (202) 555-0123'): Promise<void> {
  await act(() => user.type(section().getByLabelText('Telephone number'), `${number}{Enter}`));
  await settle();
}

const files: string[] = [];
beforeEach(() => {
  files.length = 0;
  URL.createObjectURL = (blob) => `blob:${(blob as Blob).type}`;
  URL.revokeObjectURL = () => undefined;
  jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    files.push(this.download);
  });
});
afterEach(() => jest.restoreAllMocks());

test('lists what is stored about a number, and says when there is nothing', async () => {
  const { client, container } = await renderPersonalData(
    answering([item(1), item(2, { taskType: 'callback' }), item(3, { state: 'call', receivedAt: undefined })]),
  );
  await find();
  expect(client.personalData).toHaveBeenCalledWith('find', NUMBER, expect.any(Function));
  const rows = section().getAllByRole('listitem');
  expect(rows.map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/^Voicemail · /),
    expect.stringMatching(/^Callback · /),
    'A call that is under way',
  ]);
  expect(section().getByRole('status')).toHaveTextContent('Stored: 3');
  expect(await findAxeViolations(container)).toEqual([]);
  client.personalData.mockResolvedValue({ items: [] });
  await click('Find');
  expect(section().getByRole('status')).toHaveTextContent('Nothing is stored about this number.');
  expect(section().queryByRole('button', { name: 'Delete everything' })).not.toBeInTheDocument();
});

test.each(['0123', '2025550123', 'ana', ''])('asks nothing with "%s", which is no whole number', async (text) => {
  const { client } = await renderPersonalData(answering([]));
  if (text !== '') await user.type(section().getByLabelText('Telephone number'), text);
  await click('Find');
  expect(section().getByRole('alert')).toHaveTextContent('Enter the whole number');
  expect(client.personalData).not.toHaveBeenCalled();
});

test('deletes only after a question that names number and count, and offers the certificate', async () => {
  const { client } = await renderPersonalData(answering([item(1), item(2)]));
  await find();
  await click('Delete everything');
  const question = within(section().getByRole('alertdialog', { name: `Delete everything about ${NUMBER}?` }));
  expect(question.getByText(/Callbacks and voicemails: 2\./)).toBeInTheDocument();
  expect(question.getByRole('button', { name: 'Cancel' })).toHaveFocus();
  await act(() => user.click(question.getByRole('button', { name: 'Cancel' })));
  expect(client.personalData).toHaveBeenCalledTimes(1);
  await click('Delete everything');
  await act(() =>
    user.click(within(section().getByRole('alertdialog')).getByRole('button', { name: 'Delete everything' })),
  );
  await settle();
  expect(client.personalData).toHaveBeenLastCalledWith('erase', NUMBER, expect.any(Function));
  expect(section().getByRole('status')).toHaveTextContent('Deleted: 2. Keep the certificate.');
  expect(document.body).not.toHaveFocus();
  await click('Certificate as text');
  await click('Certificate as JSON');
  expect(files).toEqual([
    expect.stringMatching(/^personal-data-certificate-.*\.txt$/),
    expect.stringMatching(/^personal-data-certificate-.*\.json$/),
  ]);
});

test('while something is to be checked, says so and gets the certificate again', async () => {
  const { client } = await renderPersonalData(answering([item(1)]));
  client.personalData.mockResolvedValueOnce({ items: [item(1)] });
  client.personalData.mockResolvedValueOnce({ items: [item(1)], certificate: { ...CERTIFICATE, isComplete: false } });
  await find();
  await click('Delete everything');
  await act(() =>
    user.click(within(section().getByRole('alertdialog')).getByRole('button', { name: 'Delete everything' })),
  );
  await settle();
  expect(section().getByRole('status')).toHaveTextContent(/checked in a few minutes/);
  await click('Get a newer certificate');
  expect(client.personalData).toHaveBeenLastCalledWith('erase', NUMBER, expect.any(Function));
  expect(section().getByRole('status')).not.toHaveTextContent(/checked in a few minutes/);
  expect(section().queryByRole('button', { name: /^Get (the|a newer) certificate$/ })).not.toBeInTheDocument();
});

test('of a number that was deleted before, the certificate can be had again', async () => {
  const { client } = await renderPersonalData(answering([]));
  client.personalData.mockResolvedValueOnce({ items: [], erasedBefore: true });
  await find();
  expect(section().getByRole('status')).toHaveTextContent('What was stored was deleted.');
  await click('Get the certificate');
  expect(client.personalData).toHaveBeenLastCalledWith('erase', NUMBER, expect.any(Function));
  await click('Certificate as text');
  expect(files).toHaveLength(1);
});

test('exports everything as a file', async () => {
  const { client } = await renderPersonalData(answering([item(1)]));
  await find();
  await click('Export everything');
  expect(client.personalData).toHaveBeenLastCalledWith('export', NUMBER, expect.any(Function));
  expect(files).toEqual([expect.stringMatching(/^personal-data-export-.*\.json$/)]);
});

test('shows how far it is, and starts nothing else meanwhile', async () => {
  const { client } = await renderPersonalData(answering([]));
  let finish: () => void = () => undefined;
  client.personalData.mockImplementation((_action, _number, onItems) => {
    onItems([item(1), item(2)]);
    return new Promise((resolve) => {
      finish = () => resolve({ items: [item(1), item(2), item(3)] });
    });
  });
  await find();
  expect(section().getByRole('status')).toHaveTextContent('Working … 2 so far');
  expect(section().getByRole('button', { name: 'Find' })).toBeDisabled();
  finish();
  await settle();
  expect(section().getByRole('status')).toHaveTextContent('Stored: 3');
});

test('offline, says so and goes on when it is tried again', async () => {
  const { client } = await renderPersonalData(answering([item(1)]));
  client.personalData.mockRejectedValueOnce(new FunctionsError('offline', undefined, ''));
  await find();
  expect(section().getByText(/could not be loaded/)).toBeInTheDocument();
  await click('Try again');
  expect(client.personalData).toHaveBeenLastCalledWith('find', NUMBER, expect.any(Function));
  expect(section().getAllByRole('listitem')).toHaveLength(1);
});
