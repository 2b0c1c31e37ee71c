// What mail programs lack of the HTML on standard input, as caniemail.com has it: JSON, per program the missing features.
import { text } from 'node:stream/consumers';
import { caniemail } from 'caniemail';

const clients = ['gmail.*', 'outlook.*', 'apple-mail.*'];
const { issues } = caniemail({ clients, html: await text(process.stdin) });
const missing = Object.fromEntries(
  [...issues.errors].map(([client, found]) => [client, [...new Set(found.map(({ title }) => title))].sort()]),
);
console.log(JSON.stringify(missing));
