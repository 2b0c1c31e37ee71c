import type * as z from 'zod/mini';
import type { notificationRulesSchema } from './rules';
import type { emailSettingsSchema } from './settings';
import type { EmailSettings, NotificationRules } from './types';

type Same<A, B> = [A, B] extends [B, A] ? true : false;

test('the schemas accept what the types describe', () => {
  const settings: Same<z.infer<typeof emailSettingsSchema>, EmailSettings> = true;
  const rules: Same<z.infer<typeof notificationRulesSchema>, NotificationRules> = true;
  expect([settings, rules]).toEqual([true, true]);
});
