import type {
  EmailSettings,
  NotificationRule,
  NotificationRules,
} from '@callback-and-voicemail/contract/email-settings';

/** Settings and rules as they are being edited. */
export interface Draft {
  settings: EmailSettings;
  rules: NotificationRules;
}

/** Not chosen by anybody. */
const NOT_COMPARED = new Set(['version', 'saved', 'rules']);

/**
 * What differs, by the names the audit uses: fields of the settings, `rules.match`, `holidays`, `rules.<id>` for each
 * rule and `rules.order`.
 */
export function changedFields(before: Draft, after: Draft): string[] {
  const changed: string[] = [];
  const compare = (field: string, was: unknown, is: unknown) => {
    if (!same(was, is)) changed.push(field);
  };
  for (const field of fieldsOf(before.settings, after.settings))
    compare(field, before.settings[field], after.settings[field]);
  compare('rules.match', before.rules.match, after.rules.match);
  compare('holidays', before.rules.holidays, after.rules.holidays);
  const [was, is] = [byId(before), byId(after)];
  for (const id of new Set([...was.keys(), ...is.keys()])) compare(`rules.${id}`, was.get(id), is.get(id));
  const kept = (draft: Draft) => idsOf(draft).filter((id) => was.has(id) && is.has(id));
  compare('rules.order', kept(before), kept(after));
  return changed;
}

export interface Merged {
  draft: Draft;
  /** Changed on both sides, and not to the same: here `prefer` decided. */
  overlapping: string[];
}

/** Lays what I changed over what others saved meanwhile; where both changed the same, `prefer` decides. */
export function merge(base: Draft, mine: Draft, theirs: Draft, prefer: 'mine' | 'theirs'): Merged {
  const theirChanges = new Set(changedFields(base, theirs));
  const apart = new Set(changedFields(mine, theirs));
  const myChanges = changedFields(base, mine);
  const overlapping = myChanges.filter((field) => theirChanges.has(field) && apart.has(field));
  const taken = new Set(myChanges.filter((field) => prefer === 'mine' || !overlapping.includes(field)));

  const settings: EmailSettings = { ...theirs.settings };
  for (const field of fieldsOf(mine.settings, theirs.settings))
    if (taken.has(field)) put(settings, field, mine.settings);
  const rules: NotificationRules = { ...theirs.rules };
  if (taken.has('rules.match')) rules.match = mine.rules.match;
  if (taken.has('holidays')) rules.holidays = mine.rules.holidays;
  const [own, others] = [byId(mine), byId(theirs)];
  const [first, second] = taken.has('rules.order') ? [mine, theirs] : [theirs, mine];
  const ids = new Set([...idsOf(first), ...idsOf(second)]);
  rules.rules = [...ids].flatMap((id): NotificationRule[] => {
    const rule = (taken.has(`rules.${id}`) ? own : others).get(id);
    return rule === undefined ? [] : [rule];
  });
  return { draft: { settings, rules }, overlapping };
}

/** True where saving the one after the other would change nothing. */
export const isSame = (before: Draft, after: Draft) => changedFields(before, after).length === 0;

/** Writes a field; `undefined` takes it away, as JSON would. */
export function withField<K extends keyof EmailSettings>(
  settings: EmailSettings,
  field: K,
  value: EmailSettings[K] | undefined,
): EmailSettings {
  const { [field]: _before, ...rest } = settings;
  return (value === undefined ? rest : { ...settings, [field]: value }) as EmailSettings;
}

function put(into: EmailSettings, field: string, from: EmailSettings): void {
  if (from[field] === undefined) delete into[field];
  else into[field] = from[field];
}

const byId = ({ rules }: Draft) => new Map(rules.rules.map((rule) => [rule.id, rule]));
const idsOf = ({ rules }: Draft) => rules.rules.map(({ id }) => id);
const fieldsOf = (...objects: object[]) =>
  [...new Set(objects.flatMap((one) => Object.keys(one)))].filter((field) => !NOT_COMPARED.has(field));

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

/** Keys in order, so that the same content is the same text. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, ordered(one)]));
}
