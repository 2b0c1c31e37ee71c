import '@testing-library/jest-dom';
import { TextDecoder, TextEncoder } from 'node:util';
import { configure } from '@testing-library/react';

// Only stops what hangs: the library's own second is too short on a loaded machine.
configure({ asyncUtilTimeout: 150_000 });

// jsdom has neither; undici's and the plugin's own code expect what every browser has.
Object.assign(globalThis, { TextDecoder, TextEncoder });

// jsdom cannot paint, and would report each question of axe about a canvas as an error.
HTMLCanvasElement.prototype.getContext = () => null;

// Emotion's rules stay out of jsdom, which would match each against every element that a query by role visits. How
// things look, and whether they can be seen, is for the tests in Chromium (e2e/card-gallery, e2e/email-panel-gallery).
const insertBefore = Node.prototype.insertBefore;
Node.prototype.insertBefore = function <T extends Node>(this: Node, node: T, child: Node | null): T {
  if (node instanceof HTMLStyleElement && node.hasAttribute('data-emotion')) return node;
  return insertBefore.call(this, node, child) as T;
};
