import { cutText } from '../cut-text';
import { isolateText } from '../isolate-text';
import { INVISIBLE_CHARACTERS } from './formats';

/** What a subject may name in double braces: `Voicemail from {{caller}}`. */
export const SUBJECT_FIELDS = ['caller', 'called', 'queue', 'length', 'received', 'organization'] as const;
export type SubjectField = (typeof SUBJECT_FIELDS)[number];

const MAX_SUBJECT = 200;
/** The blanks after a name belong to it: two runs of blanks side by side would be tried in every division. */
const FIELD = /\{\{\s*(?:([A-Za-z_]+)\s*)?\}\}/g;
const isField = (name: string): name is SubjectField => (SUBJECT_FIELDS as readonly string[]).includes(name);

/** Errors of a template: unknown fields and unmatched braces. Empty if the template is valid. */
export function subjectTemplateErrors(template: string): string[] {
  const unknown: string[] = [];
  const rest = template.replace(FIELD, (whole, name = '') => {
    if (!isField(name)) unknown.push(whole);
    return '';
  });
  const stray = /\{\{|\}\}/.exec(rest);
  return stray === null ? unknown : [...unknown, stray[0]];
}

/**
 * Fills in a template. Values are not trusted: braces in them are not expanded, and the result cannot end the header
 * line.
 */
export function renderSubject(template: string, values: Record<SubjectField, string>): string {
  const clean = (text: string) => text.replace(new RegExp(INVISIBLE_CHARACTERS.source, 'gu'), ' ');
  const filled = clean(template).replace(FIELD, (_whole, name = '') =>
    isField(name) ? isolateText(clean(values[name]).trim()) : '',
  );
  return cutText(filled.replace(/\s+/g, ' ').trim(), MAX_SUBJECT);
}
