import {
  addressKey,
  diffSettings,
  type EmailRecipient,
  type EmailSettings,
  fieldNames,
  type NotificationRule,
  type NotificationRules,
  rulesById,
  type SettingsAndRules,
} from '@callback-and-voicemail/contract/email-settings';

/** Settings and rules as they are being edited. */
export type Draft = SettingsAndRules;

/** The names of what saving `after` over `before` would change. */
export function changedFields(before: Draft, after: Draft): string[] {
  return diffSettings(before, after).map(({ field }) => field);
}

export interface MergeResult {
  draft: Draft;
  /** Changed on both sides, and not to the same: here `prefer` decided. */
  conflicts: string[];
}

/** Three-way merge of `mine` and `theirs`, field by field. Where both changed the same field, `prefer` decides. */
export function merge(base: Draft, mine: Draft, theirs: Draft, prefer: 'mine' | 'theirs'): MergeResult {
  const theirChanges = new Set(changedFields(base, theirs));
  const differing = new Set(changedFields(mine, theirs));
  const myChanges = changedFields(base, mine);
  const conflicts = myChanges.filter((field) => theirChanges.has(field) && differing.has(field));
  const fromMine = new Set(myChanges.filter((field) => prefer === 'mine' || !conflicts.includes(field)));

  const settings: EmailSettings = { ...theirs.settings };
  for (const field of fieldNames(mine.settings, theirs.settings))
    if (fromMine.has(field)) copyField(settings, field, mine.settings);
  const rules: NotificationRules = { ...theirs.rules };
  if (fromMine.has('rules.match')) rules.match = mine.rules.match;
  if (fromMine.has('holidays')) rules.holidays = mine.rules.holidays;
  const [myRules, theirRules] = [rulesById(mine), rulesById(theirs)];
  const [first, second] = fromMine.has('rules.order') ? [mine, theirs] : [theirs, mine];
  const ids = new Set([...ruleIds(first), ...ruleIds(second)]);
  rules.rules = [...ids].flatMap((id): NotificationRule[] => {
    const rule = (fromMine.has(`rules.${id}`) ? myRules : theirRules).get(id);
    return rule === undefined ? [] : [rule];
  });
  return { draft: { settings, rules }, conflicts };
}

/** True where saving the one after the other would change nothing. */
export const isUnchanged = (before: Draft, after: Draft) => changedFields(before, after).length === 0;

/** Writes a field; `undefined` takes it away, as JSON would. */
export function withField<K extends keyof EmailSettings>(
  settings: EmailSettings,
  field: K,
  value: EmailSettings[K] | undefined,
): EmailSettings {
  const { [field]: _before, ...rest } = settings;
  return (value === undefined ? rest : { ...settings, [field]: value }) as EmailSettings;
}

/**
 * Without a recipient, wherever it is.
 * @param isLocked only rules may be changed
 */
export function withoutRecipient({ settings, rules }: Draft, address: string, isLocked: boolean): Draft {
  const isOther = (one: EmailRecipient) => addressKey(one.address) !== addressKey(address);
  const kept = { ...settings, recipients: settings.recipients.filter(isOther) };
  for (const field of ['archive', 'fallback_recipient'] as const)
    if (kept[field] !== undefined && !isOther(kept[field])) delete kept[field];
  return {
    settings: isLocked ? settings : kept,
    rules: {
      ...rules,
      rules: rules.rules.map((rule) =>
        rule.recipients.every(isOther) ? rule : { ...rule, recipients: rule.recipients.filter(isOther) },
      ),
    },
  };
}

function copyField(into: EmailSettings, field: string, from: EmailSettings): void {
  if (from[field] === undefined) delete into[field];
  else into[field] = from[field];
}

const ruleIds = ({ rules }: Draft) => rules.rules.map(({ id }) => id);
