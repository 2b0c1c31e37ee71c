import '@testing-library/jest-dom';
import { TextDecoder, TextEncoder } from 'node:util';

// jsdom has neither; undici's and the plugin's own code expect what every browser has.
Object.assign(globalThis, { TextDecoder, TextEncoder });
