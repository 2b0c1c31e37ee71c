import type { EmailSettingsResponse } from '@callback-and-voicemail/contract';
import { type Clicked, isOk, type Stage } from './click';
import { askFlex } from './flex-request';

const ruleSet = (name: string) => ({
  version: 1,
  rules: [{ id: 'a', recipients: [{ address: `${name}@example.com` }] }],
});
export async function readPanel({ harness, sue }: Stage): Promise<EmailSettingsResponse> {
  const { status, body } = await askFlex(harness, 'email-settings', sue, {});
  expect(status).toBe(200);
  return body as unknown as EmailSettingsResponse;
}
export function save(stage: Stage, by: { token: string }, from: EmailSettingsResponse, name: string) {
  const Settings = JSON.stringify({ ...from.settings, organization: name });
  const fields = { Action: 'save', Settings, Rules: JSON.stringify(ruleSet(name)), Revision: from.revision };
  return askFlex(stage.harness, 'email-settings', by, fields);
}

/** Saves made from the same revision; what was answered as saved last is what applies. */
export async function prepareSave(stage: Stage, n: number): Promise<Clicked> {
  const { harness, ada } = stage;
  const before = await readPanel(stage);
  const own = `own${n}`;
  const others = `others${n}`;
  let isOthersSaved = false;
  return {
    click: () => save(stage, stage.sue, before, own),
    async interfere() {
      const now = await readPanel(stage);
      isOthersSaved = isOk(await save(stage, ada, now, others));
    },
    async problems(answers) {
      // The rules of a save that failed are gone by then.
      await harness.advance(25 * 60 * 60_000);
      const ada2 = harness.signIn(`ada ${n}`, ['supervisor'], 'Offline');
      const { settings, rules, source } = await readPanel({ ...stage, sue: ada2 });
      stage.sue = harness.signIn(`sue ${n}`, ['supervisor'], 'Offline');
      stage.ada = ada2;
      const problems: string[] = [];
      const name = settings.organization ?? '';
      if (source === 'corrupt') problems.push('what is stored cannot be read');
      const isChanged = name !== (before.settings.organization ?? '');
      const [recipient] = rules.rules[0]?.recipients ?? [];
      if (isChanged && recipient?.address !== `${name}@example.com`) problems.push(`${name} with other rules`);
      if (isOthersSaved && name !== others) problems.push(`${others} was saved, and ${name} applies`);
      const isSaid = answers.some(isOk);
      if (isSaid && !isOthersSaved && name !== own) problems.push(`${own} was said to be saved, and ${name} applies`);
      const last = answers.at(-1)!;
      if (name === own && !isSaid && /Nothing was changed/.test(String(last.body.advice)))
        problems.push('said that nothing was changed, and it was saved');
      return problems;
    },
  };
}
