/**
 * Text as a Liquid template that renders to it. Each opening brace is written out by an output of its own, so that no
 * delimiter is left, whichever comes before or behind. A `raw` tag would end at the text's own `{% endraw %}`.
 * Syntax: https://liquidjs.com/tutorials/intro-to-liquid.html
 */
export const asLiquid = (text: string) => text.replaceAll('{', "{{ '{' }}");

/** What a template says for the value of a variable. */
export const liquidVariable = (name: string) => `{{ ${name} }}`;
