import { Eta } from 'eta';

/** Turns a template with tags in double braces into a function of its model. Every value goes through `toText`. */
export const compileTemplate = (template: string, toText: (value: unknown) => string): ((model: object) => string) => {
  const eta = new Eta({ tags: ['{{', '}}'], autoTrim: false, escapeFunction: toText });
  const render = eta.compile(template);
  return (model) => render.call(eta, model);
};
