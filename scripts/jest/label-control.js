/**
 * A faster `HTMLLabelElement.control` for tests in jsdom.
 *
 * jsdom walks the whole document to the element that a label's `for` names, and its `labels` does so for each label: one
 * query by label text walks a large page a hundred times. The document already knows its elements by ID. Labels without
 * `for`, IDs that occur twice and custom elements are left to jsdom
 * (node_modules/jsdom/lib/jsdom/living/nodes/HTMLLabelElement-impl.js).
 */
const HTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';
/** https://html.spec.whatwg.org/multipage/forms.html#category-label */
const LABELABLE = new Set(['button', 'input', 'meter', 'output', 'progress', 'select', 'textarea']);

const implementationOf = (node) =>
  node[Object.getOwnPropertySymbols(node).find(({ description }) => description === 'impl')];
const labelPrototype = Object.getPrototypeOf(implementationOf(document.createElement('label')));
const { get: findControl } = Object.getOwnPropertyDescriptor(labelPrototype, 'control');

function controlById() {
  const id = this.getAttributeNS(null, 'for');
  const root = this.getRootNode({});
  // `_ids` lists elements in the order in which they were added, which may not be that of the document.
  if (!id || root !== this._ownerDocument || root._ids[id]?.length !== 1) return findControl.call(this);
  const element = root.getElementById(id);
  if (element === null || element.localName.includes('-')) return findControl.call(this);
  const isLabelable =
    element.namespaceURI === HTML_NAMESPACE && LABELABLE.has(element.localName) && element.type !== 'hidden';
  return isLabelable ? element : null;
}

// All test files of a worker share jsdom's classes.
if (findControl.name !== controlById.name)
  Object.defineProperty(labelPrototype, 'control', { get: controlById, configurable: true });
