import type {
  EmailSettings,
  NotificationRule,
  NotificationRules,
} from '@callback-and-voicemail/contract/email-settings/schema-free';

/** Settings and rules as they are being edited. */
export interface Draft {
  settings: EmailSettings;
  rules: NotificationRules;
}

/** Not chosen by anybody. */
const BOOKKEEPING_FIELDS = new Set(['version', 'saved', 'rules']);

/**
 * What differs, by the names the audit uses: fields of the settings, `rules.match`, `holidays`, `rules.<id>` for each
 * rule and `rules.order`.
 */
export function changedFields(before: Draft, after: Draft): string[] {
  const changed: string[] = [];
  const compare = (field: string, was: unknown, is: unknown) => {
    if (!isDeepEqual(was, is)) changed.push(field);
  };
  for (const field of fieldNames(before.settings, after.settings))
    compare(field, before.settings[field], after.settings[field]);
  compare('rules.match', before.rules.match, after.rules.match);
  compare('holidays', before.rules.holidays, after.rules.holidays);
  const [was, is] = [rulesById(before), rulesById(after)];
  for (const id of new Set([...was.keys(), ...is.keys()])) compare(`rules.${id}`, was.get(id), is.get(id));
  const kept = (draft: Draft) => ruleIds(draft).filter((id) => was.has(id) && is.has(id));
  compare('rules.order', kept(before), kept(after));
  return changed;
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

function copyField(into: EmailSettings, field: string, from: EmailSettings): void {
  if (from[field] === undefined) delete into[field];
  else into[field] = from[field];
}

const rulesById = ({ rules }: Draft) => new Map(rules.rules.map((rule) => [rule.id, rule]));
const ruleIds = ({ rules }: Draft) => rules.rules.map(({ id }) => id);
const fieldNames = (...objects: object[]) =>
  [...new Set(objects.flatMap((one) => Object.keys(one)))].filter((field) => !BOOKKEEPING_FIELDS.has(field));

function isDeepEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(sortKeys(a)) === JSON.stringify(sortKeys(b));
}

/** Keys in order, so that the same content is the same text. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sortKeys(one)]));
}
