import { escapeHtml } from '../../runtime/text';
import type * as Engine from './engine';
import type { TemplateFile } from './engine';
import type { NoticeModel, VoicemailModel } from './model';

/** Loaded at the first mail (ADR 0040). */
const engine = (): typeof Engine => require('./engine');

/** The model of each template. */
interface Models {
  voicemail: VoicemailModel;
  notice: NoticeModel;
}

/** Both parts of a mail, of one model. @throws Error for a template that names what its model does not have */
export function renderTemplates<Name extends keyof Models>(name: Name, model: Models[Name]) {
  return { text: render(`${name}.txt`, model), html: render(`${name}.html`, model) };
}

const renderers = new Map<string, (model: object) => string>();

function render(file: TemplateFile, model: object): string {
  let renderer = renderers.get(file);
  if (renderer === undefined) {
    const write = file.endsWith('.html') ? escapeHtml : (text: string) => text;
    renderer = engine().compileTemplate(file, (value) => write(requireText(file, value)));
    renderers.set(file, renderer);
  }
  return renderer(model);
}

/** A misspelled name would put "undefined" into mails. */
function requireText(file: string, value: unknown): string {
  if (typeof value !== 'string')
    throw new Error(`The mail template ${file} names a value that the model does not have`);
  return value;
}
