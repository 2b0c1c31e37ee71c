/**
 * A faster `getComputedStyle` for tests in jsdom.
 *
 * jsdom matches an element against every rule of its default style sheet each time, and queries by role and axe ask for
 * every element and its ancestors. While a document has no style sheets, the answer depends on nothing but the tag, the
 * attributes named in jsdom's default sheet (node_modules/jsdom/lib/jsdom/browser/default-stylesheet.js) and inline
 * styles, of the element and of those it inherits from.
 */
const TAGS_WITH_RULES_BY_ATTRIBUTE = new Set(['svg', 'dialog', 'details', 'input']);
const ATTRIBUTES = ['style', 'hidden', 'dir'];

const computeStyle = window.getComputedStyle.bind(window);
const styleByTag = new Map();

function dependsOnAttributes(element) {
  for (let at = element; at !== null; at = at.parentElement)
    if (TAGS_WITH_RULES_BY_ATTRIBUTE.has(at.localName) || ATTRIBUTES.some((name) => at.hasAttribute(name))) return true;
  return false;
}

window.getComputedStyle = (element, pseudoElement) => {
  if (pseudoElement || document.styleSheets.length > 0 || dependsOnAttributes(element))
    return computeStyle(element, pseudoElement);
  const tag = element.localName;
  if (!styleByTag.has(tag)) styleByTag.set(tag, computeStyle(element));
  return styleByTag.get(tag);
};
