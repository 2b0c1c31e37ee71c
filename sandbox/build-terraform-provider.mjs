/**
 * Builds the stand-in of Terraform's provider for Twilio: `node sandbox/build-terraform-provider.mjs`.
 * Writes the provider, a folder that Terraform installs it from, and a configuration of Terraform's command that names
 * this folder. docs/adr/0137-terraform-is-tried-against-a-stand-in.md
 */
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
/** The release that the stand-in follows, and that infra-as-code/terraform asks for. */
const VERSION = '0.18.46';
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/**
 * @param {{outDir?: string}} [options] default sandbox/dist/terraform-provider
 * @returns {Promise<Record<string, string>>} the variables that a `terraform` needs to use it
 */
export async function buildTerraformProvider({ outDir = join(here, 'dist', 'terraform-provider') } = {}) {
  const source = join(here, 'src/terraform-provider');
  const mirror = join(outDir, 'mirror');
  const platform = `${process.platform}_${ARCHITECTURES[process.arch] ?? process.arch}`;
  const folder = join(mirror, 'registry.terraform.io/twilio/twilio', VERSION, platform);
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [join(source, 'main.ts')],
    outfile: join(outDir, 'main.cjs'),
    bundle: true,
    // Terraform starts it for each step: minified, it starts sooner.
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
  });
  copyFileSync(join(source, 'protocol/tfplugin5.proto'), join(outDir, 'tfplugin5.proto'));
  const command = join(folder, `terraform-provider-twilio_v${VERSION}`);
  const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  writeFileSync(command, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(join(outDir, 'main.cjs'))}\n`);
  chmodSync(command, 0o755);
  const configuration = join(outDir, 'terraform.rc');
  writeFileSync(
    configuration,
    `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
  );
  return { TF_CLI_CONFIG_FILE: configuration, TF_DISABLE_PLUGIN_TLS: '1' };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const [name, value] of Object.entries(await buildTerraformProvider())) console.log(`export ${name}='${value}'`);
}
