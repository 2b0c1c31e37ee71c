import '@testing-library/jest-dom';
import { TextDecoder, TextEncoder } from 'node:util';
import { configure } from '@testing-library/react';

// Only stops what hangs: the library's own second is too short on a loaded machine.
configure({ asyncUtilTimeout: 150_000 });

// jsdom has neither; undici's and the plugin's own code expect what every browser has.
Object.assign(globalThis, { TextDecoder, TextEncoder });

// jsdom cannot paint, and would report each question of axe about a canvas as an error.
HTMLCanvasElement.prototype.getContext = () => null;
