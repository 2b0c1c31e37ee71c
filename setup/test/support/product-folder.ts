import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const REPOSITORY = path.join(__dirname, '../../..');

/** A folder like the repository after a build, with a few small Functions in the place of the product's. */
export interface ProductFolder {
  root: string;
  /** Another build of the Functions. */
  changeFunctions(text: string): void;
  /** Another build of the plugin. */
  changePlugin(text: string): void;
  /** Writes `.env.<environment>`. */
  writeEnv(environment: string, values: Readonly<Record<string, string>>): void;
  remove(): void;
}

const FEATURE = 'features/callback-and-voicemail-with-email';

/** The same with the product itself, as it was built last. */
export function createBuiltProductFolder(): ProductFolder {
  const folder = createProductFolder();
  for (const built of ['serverless-functions/dist', 'flex-plugin/build']) {
    rmSync(path.join(folder.root, built), { recursive: true });
    symlinkSync(path.join(REPOSITORY, built), path.join(folder.root, built), 'dir');
  }
  return folder;
}

export function createProductFolder(): ProductFolder {
  const root = mkdtempSync(path.join(os.tmpdir(), 'setup-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  cpSync(path.join(REPOSITORY, 'infra-as-code'), path.join(root, 'infra-as-code'), { recursive: true });
  for (const file of ['serverless-functions/package.json', 'flex-plugin/package.json'])
    cpSync(path.join(REPOSITORY, file), path.join(root, file));
  const changeFunctions = (text: string) => {
    const functions = `serverless-functions/dist/functions/${FEATURE}`;
    write(`${functions}/studio/wait-experience.protected.js`, `exports.handler = () => ${text};`);
    write(`${functions}/email/run-outbox.js`, `exports.handler = () => ${text};`);
  };
  const changePlugin = (text: string) =>
    write('flex-plugin/build/plugin-callback-and-voicemail-with-email.js', `Twilio.FlexPlugin.loadPlugin(${text})`);
  changeFunctions('1');
  changePlugin('1');
  write(`serverless-functions/dist/assets/${FEATURE}/caller-experience.private.json`, '{"everyone":{}}');
  return {
    root,
    changeFunctions,
    changePlugin,
    writeEnv: (environment, values) =>
      write(
        `.env.${environment}`,
        Object.entries(values)
          .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
          .join(''),
      ),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
