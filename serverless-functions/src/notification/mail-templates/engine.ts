import { Eta } from 'eta';
import { COMPILED_TEMPLATES } from './compiled';

export type TemplateFile = keyof typeof COMPILED_TEMPLATES;

/** Turns a template with tags in double braces into a function of its model. Every value goes through `toText`. */
export const compileTemplate = (
  file: TemplateFile,
  toText: (value: unknown) => string,
): ((model: object) => string) => {
  const eta = new Eta({ tags: ['{{', '}}'], autoTrim: false, escapeFunction: toText });
  const render = eta.compile(COMPILED_TEMPLATES[file]);
  return (model) => render.call(eta, model);
};
