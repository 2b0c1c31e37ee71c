/**
 * Keeps Emotion's rules out of jsdom, which would match each against every element that a query by role visits.
 * How things look, and whether they can be seen, is for the tests in Chromium (e2e/card-gallery.test.ts,
 * e2e/email-panel-gallery.test.ts, e2e/telephone.test.ts).
 */
const insertBefore = Node.prototype.insertBefore;
Node.prototype.insertBefore = function (node, child) {
  if (node instanceof HTMLStyleElement && node.hasAttribute('data-emotion')) return node;
  return insertBefore.call(this, node, child);
};
