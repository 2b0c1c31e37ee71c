import { Eta } from 'eta';

/** Turns a template with tags in double braces into a function of its model. Every value goes through `escape`. */
export const compileTemplate = (template: string, escape: (value: unknown) => string): ((model: object) => string) => {
  const eta = new Eta({ tags: ['{{', '}}'], autoTrim: false, escapeFunction: escape });
  const render = eta.compile(template);
  return (model) => render.call(eta, model);
};
