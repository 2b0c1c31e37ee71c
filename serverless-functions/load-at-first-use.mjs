// What our code gets with `require()` or `import()` is loaded at its first use (ADR 0040). In the bundle it is compressed
// text until then: V8 would parse it at each cold start, also inside a function that is never called.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const AS_TEXT = 'load-at-first-use';
const RESOLVED = Symbol('resolved');
const isLibrary = (file) => file.split(/[\\/]/).includes('node_modules');

/** An esbuild plugin; it needs the build's `metafile`. */
export function loadAtFirstUse() {
  return {
    name: AS_TEXT,
    setup(outer) {
      /** Our modules in the texts, each with the file that is loaded at its first use. */
      const inTexts = new Map();
      outer.onResolve({ filter: /^\.{1,2}\// }, async ({ path: specifier, kind, resolveDir, pluginData }) => {
        const isAtUse = kind === 'require-call' || kind === 'dynamic-import';
        if (!isAtUse || isLibrary(resolveDir) || pluginData === RESOLVED) return undefined;
        const options = { kind: 'import-statement', resolveDir, pluginData: RESOLVED };
        const { path: file, errors } = await outer.resolve(specifier, options);
        return errors.length > 0 ? { errors } : { path: file, namespace: AS_TEXT };
      });
      outer.onLoad({ filter: /.*/, namespace: AS_TEXT }, async ({ path: file }) => ({
        contents: `
          const source = require('node:zlib').brotliDecompressSync(Buffer.from('${await packed(file)}', 'base64'));
          new Function('module', 'exports', 'require', source.toString())(module, exports, require);`,
        loader: 'js',
      }));
      // A module of ours in a text and outside would exist twice, each with a state of its own.
      outer.onEnd(({ metafile }) => {
        const twice = Object.keys(metafile?.inputs ?? {}).filter((input) => inTexts.has(input));
        return {
          errors: twice.map((input) => ({
            text: `${inTexts.get(input)} is loaded at its first use and must not share ${input} with other modules`,
          })),
        };
      });
      async function packed(file) {
        const { platform, target, external } = outer.initialOptions;
        const { outputFiles, metafile } = await build({
          entryPoints: [file],
          bundle: true,
          write: false,
          metafile: true,
          minify: true,
          format: 'cjs',
          ...{ platform, target, external },
          plugins: [tablesAsText],
          logLevel: 'warning',
        });
        for (const input of Object.keys(metafile.inputs)) if (!isLibrary(input)) inTexts.set(input, file);
        // Names the file in stack traces.
        const source = `${outputFiles[0].text}\n//# sourceURL=${path.basename(file)}`;
        return brotliCompressSync(source).toString('base64');
      }
    },
  };
}

/** `JSON.parse` reads a table several times faster than the compiler does. */
const tablesAsText = {
  name: 'tables-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.json(\.js)?$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const isModule = file.endsWith('.js');
      const json = isModule ? text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1) : text;
      const table = JSON.stringify(JSON.stringify(JSON.parse(json)));
      return { contents: `${isModule ? 'export default' : 'module.exports ='} JSON.parse(${table});`, loader: 'js' };
    });
  },
};
