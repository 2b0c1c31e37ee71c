import { type AuditChange, canonicalJson, type FieldChange } from '@callback-and-voicemail/contract';
import { isRecord } from '@callback-and-voicemail/contract/schema';

/** Fields that are sets: of a hundred recipients only those that came and went are named. */
const SET_FIELDS = ['recipients', 'holidays'];

/** Changes of the settings as the audit keeps them: sets as what was added and removed, and nothing cut. */
export function toAuditChanges(changes: readonly FieldChange[]): AuditChange[] {
  return changes.map(({ field, from, to }) => {
    const [was, is] = [parseJson(from), parseJson(to)];
    if (SET_FIELDS.includes(field)) return { field, ...compareSets(was, is) };
    if (!field.startsWith('rules.') || !isRecord(is ?? was)) return { field, ...jsonOf(from, to) };
    const [before, after] = [splitRule(was), splitRule(is)];
    return {
      field,
      ...jsonOf(before.rest, after.rest),
      ...compareSets(before.recipients, after.recipients),
    };
  });
}

const parseJson = (json: string | undefined): unknown => (json === undefined ? undefined : JSON.parse(json));

const jsonOf = (from: string | undefined, to: string | undefined) => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

function splitRule(rule: unknown): { rest?: string; recipients?: unknown } {
  if (!isRecord(rule)) return {};
  const { recipients, ...rest } = rule;
  return { rest: canonicalJson(rest), recipients };
}

function compareSets(was: unknown, is: unknown): Pick<AuditChange, 'added' | 'removed'> {
  const texts = (list: unknown) => (Array.isArray(list) ? list.map((one) => canonicalJson(one) ?? '') : []);
  const [before, after] = [texts(was), texts(is)];
  const [added, removed] = [after.filter((one) => !before.includes(one)), before.filter((one) => !after.includes(one))];
  return { ...(added.length === 0 ? {} : { added }), ...(removed.length === 0 ? {} : { removed }) };
}
