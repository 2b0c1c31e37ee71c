import type { EmailAdminErrorResponse, EmailSettingsResponse } from '@callback-and-voicemail/contract/email-admin-api';
import {
  aRule,
  aSettingsResponse,
  createEmailAdminHarness,
  type EmailAdminHarness,
  someRules,
  someSettings,
} from '../../../test/email-admin-harness';
import { type FailureCode, FunctionsError } from '../../functions-client/functions-error';

const refused = (code: FailureCode, detail: Partial<EmailAdminErrorResponse> = {}) =>
  new FunctionsError(code, 409, code, detail);
const edit = ({ settings, state }: EmailAdminHarness, change: object) => {
  const { answer, draft } = state().settings;
  const from = draft ?? answer!;
  settings.edit({ settings: { ...from.settings, ...change }, rules: from.rules });
};
const theirs = (change: object, revision = 'r9'): EmailSettingsResponse =>
  aSettingsResponse({ settings: someSettings(change), revision, savedBy: 'eve' });

async function loaded(calls: Parameters<typeof createEmailAdminHarness>[0] = {}) {
  const stage = createEmailAdminHarness(calls);
  await stage.loadSettings();
  return stage;
}

test('saves what was changed, over what it was made from, and knows the way back', async () => {
  const stage = await loaded();
  edit(stage, { footer: 'Ask' });
  await stage.settings.save();
  expect(stage.client.save).toHaveBeenCalledWith(
    { settings: someSettings({ footer: 'Ask' }), rules: someRules() },
    'r1',
    false,
  );
  expect(stage.state().settings).toMatchObject({ save: { step: 'done' }, answer: { revision: 'r2' } });
  expect(stage.state().settings.draft).toBeUndefined();
  await stage.settings.undo();
  expect(stage.client.save).toHaveBeenLastCalledWith({ settings: someSettings(), rules: someRules() }, 'r2', false);
});

test('an edit that comes back to what is saved leaves nothing to save', async () => {
  const stage = await loaded();
  edit(stage, { footer: 'Ask' });
  edit(stage, { footer: undefined });
  expect(stage.state().settings.draft).toBeUndefined();
  await stage.settings.save();
  expect(stage.client.save).not.toHaveBeenCalled();
});

test('a poll that sees the save before its answer comes takes nothing from undoing', async () => {
  let answer: (value: EmailSettingsResponse) => void = () => undefined;
  const saved = aSettingsResponse({ settings: someSettings({ footer: 'Ask' }), revision: 'r2' });
  const stage = await loaded({
    save: () =>
      new Promise((resolve) => {
        answer = resolve;
      }),
  });
  edit(stage, { footer: 'Ask' });
  const saving = stage.settings.save();
  stage.client.settings.mockResolvedValueOnce(saved);
  await stage.loadSettings();
  answer(saved);
  await saving;
  expect(stage.state().settings.undo).toEqual({
    draft: { settings: someSettings(), rules: someRules() },
    revision: 'r2',
  });
});

test('twice at once is saved once', async () => {
  const stage = await loaded();
  edit(stage, { footer: 'Ask' });
  await Promise.all([stage.settings.save(), stage.settings.save()]);
  expect(stage.client.save).toHaveBeenCalledTimes(1);
});

test('what is typed while it is saved is the next draft', async () => {
  let answer: (value: EmailSettingsResponse) => void = () => undefined;
  const stage = await loaded({ save: () => new Promise((resolve) => (answer = resolve)) });
  edit(stage, { footer: 'Ask' });
  const saving = stage.settings.save();
  edit(stage, { footer: 'Ask us' });
  answer(aSettingsResponse({ settings: someSettings({ footer: 'Ask' }), revision: 'r2' }));
  await saving;
  expect(stage.state().settings.answer!.settings.footer).toBe('Ask');
  expect(stage.state().settings.draft!.settings.footer).toBe('Ask us');
});

describe('when another user saved meanwhile', () => {
  test('something else: ours is laid over it and saved', async () => {
    const current = theirs({ organization: 'Hospital' });
    const stage = await loaded();
    stage.client.save.mockRejectedValueOnce(refused('conflict', { current }));
    edit(stage, { footer: 'Ask' });
    await stage.settings.save();
    expect(stage.client.save).toHaveBeenCalledTimes(2);
    expect(stage.client.save).toHaveBeenLastCalledWith(
      { settings: someSettings({ footer: 'Ask', organization: 'Hospital' }), rules: someRules() },
      'r9',
      false,
    );
    expect(stage.state().settings.save).toEqual({ step: 'done' });
  });

  test.each([
    ['mine', 'Ask me'],
    ['theirs', 'Ask Eve'],
  ] as const)('the same: nothing is saved until a person chose %s', async (prefer, footer) => {
    const current = theirs({ footer: 'Ask Eve' });
    const stage = await loaded();
    stage.client.save.mockRejectedValueOnce(refused('conflict', { current }));
    edit(stage, { footer: 'Ask me', max_attempts: 5 });
    await stage.settings.save();
    expect(stage.client.save).toHaveBeenCalledTimes(1);
    expect(stage.state().settings).toMatchObject({ conflict: { revision: 'r9' } });
    stage.settings.resolveConflict(prefer);
    expect(stage.state().settings.conflict).toBeUndefined();
    await stage.settings.save();
    expect(stage.client.save).toHaveBeenLastCalledWith(
      { settings: someSettings({ footer, max_attempts: 5 }), rules: someRules() },
      'r9',
      false,
    );
  });

  test('discarding takes theirs whole', async () => {
    const stage = await loaded();
    stage.client.settings.mockResolvedValue(theirs({ footer: 'Ask Eve' }));
    edit(stage, { footer: 'Ask me' });
    await stage.loadSettings();
    expect(stage.state().settings.conflict).toBeDefined();
    stage.settings.discard();
    expect(stage.state().settings).toMatchObject({ answer: { settings: { footer: 'Ask Eve' } } });
    expect(stage.state().settings.draft).toBeUndefined();
  });

  test('without anything unsaved it is simply shown, and undo is over', async () => {
    const stage = await loaded();
    edit(stage, { footer: 'Ask' });
    await stage.settings.save();
    stage.client.settings.mockResolvedValue(theirs({ organization: 'Hospital' }));
    await stage.loadSettings();
    await stage.settings.undo();
    expect(stage.client.save).toHaveBeenCalledTimes(1);
    expect(stage.state().settings.answer!.settings.organization).toBe('Hospital');
  });

  test('again and again: after some rounds a person decides when', async () => {
    const stage = await loaded();
    let revision = 10;
    stage.client.save.mockImplementation(async () => {
      revision += 1;
      throw refused('conflict', { current: theirs({ organization: `H${revision}` }, `r${revision}`) });
    });
    edit(stage, { footer: 'Ask' });
    await stage.settings.save();
    expect(stage.client.save).toHaveBeenCalledTimes(4);
    expect(stage.state().settings).toMatchObject({
      save: { step: 'failed', failure: 'conflict' },
      draft: { settings: { footer: 'Ask' } },
    });
  });
});

test('rules removed by me and edited by them wait for a choice', async () => {
  const [a, b] = [aRule('a'), aRule('b')];
  const stage = await loaded({ settings: async () => aSettingsResponse({ rules: someRules({ rules: [a, b] }) }) });
  stage.settings.edit({ settings: someSettings(), rules: someRules({ rules: [a] }) });
  const edited = someRules({ rules: [a, aRule('b', { enabled: false })] });
  stage.client.save.mockRejectedValueOnce(
    refused('conflict', { current: aSettingsResponse({ rules: edited, revision: 'r9' }) }),
  );
  await stage.settings.save();
  expect(stage.state().settings.conflict).toBeDefined();
});

test('ignores a response that was requested before the save and arrives after it', async () => {
  const stage = await loaded();
  let late: (value: EmailSettingsResponse) => void = () => undefined;
  stage.client.settings.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
  const polling = stage.loadSettings();
  edit(stage, { footer: 'Ask' });
  await stage.settings.save();
  late(aSettingsResponse());
  await polling;
  expect(stage.state().settings.answer!.settings.footer).toBe('Ask');
});

test('unreadable settings are overwritten only after a confirmation', async () => {
  const stage = await loaded({ settings: async () => aSettingsResponse({ source: 'corrupt' }) });
  await stage.settings.save();
  expect(stage.client.save).toHaveBeenCalledWith({ settings: someSettings(), rules: someRules() }, 'r1', true);
});

test('a refusal says where, and is forgotten with the next edit', async () => {
  const fields = [{ path: 'recipients.0.address', code: 'domain-not-allowed' as const }];
  const stage = await loaded();
  stage.client.save.mockRejectedValueOnce(refused('invalid', { fields }));
  edit(stage, { footer: 'Ask' });
  await stage.settings.save();
  expect(stage.state().settings.save).toMatchObject({ step: 'failed', failure: 'invalid', fields });
  expect(stage.state().settings.draft).toBeDefined();
  edit(stage, { footer: 'Ask us' });
  expect(stage.state().settings.save).toBeUndefined();
});

test('a load that fails keeps what was there', async () => {
  const stage = await loaded();
  stage.client.settings.mockRejectedValueOnce(new FunctionsError('settings-unreachable', 503, 'down'));
  await stage.loadSettings();
  expect(stage.state().settings.answer).toMatchObject({ revision: 'r1' });
  await stage.loadSettings();
  expect(stage.state().settings.answer).toMatchObject({ revision: 'r1' });
});

test('a test mail goes with what is shown, and says what the provider said', async () => {
  const stage = await loaded();
  edit(stage, { footer: 'Ask' });
  await stage.settings.sendTestEmail('ana@clinic.org');
  expect(stage.client.sendTest).toHaveBeenCalledWith('ana@clinic.org', someSettings({ footer: 'Ask' }));
  const provider = { problem: 'sandbox-domain' as const, detail: 'Free accounts …' };
  stage.client.sendTest.mockRejectedValueOnce(refused('mail-refused', { provider }));
  await stage.settings.sendTestEmail('ana@clinic.org');
  expect(stage.state().settings.test).toMatchObject({ step: 'failed', failure: 'mail-refused', provider });
});
