/**
 * Writes a software bill of materials (CycloneDX 1.6, JSON) beside each built artifact: what npm packages are inside the
 * Functions' bundles and inside the Flex plugin. The build runs it; `node scripts/sbom.mjs` runs it alone.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import { ROOT, shippedPackages } from './shipped-packages.mjs';

const FILES = {
  functions: path.join(ROOT, 'serverless-functions/dist/sbom.cdx.json'),
  plugin: path.join(ROOT, 'flex-plugin/build/sbom.cdx.json'),
};
const WORKSPACES = { functions: 'serverless-functions', plugin: 'flex-plugin' };

const readJson = (file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));

const purl = (name, version) => {
  const [scope, base] = name.startsWith('@') ? name.split('/') : [undefined, name];
  return new PackageURL('npm', scope, base, version).toString();
};

function toComponent({ name, version, license, folder, inlinedBy }, lock) {
  const [group, base] = name.startsWith('@') ? name.split('/') : [undefined, name];
  const component = new Models.Component(Enums.ComponentType.Library, base, {
    group,
    version,
    purl: purl(name, version),
    bomRef: `${purl(name, version)}${inlinedBy === undefined ? '' : `?inlined-by=${inlinedBy}`}`,
    scope: Enums.ComponentScope.Required,
  });
  if (license !== undefined)
    component.licenses.add(new Contrib.License.Factories.LicenseFactory().makeFromString(license));
  // The lock file's checksum is of the published package: it says nothing of a copy inside another one.
  const integrity = inlinedBy === undefined ? lock.packages[folder]?.integrity : undefined;
  const [algorithm, digest] = integrity?.split('-') ?? [];
  if (algorithm === 'sha512')
    component.hashes.set(Enums.HashAlgorithm['SHA-512'], Buffer.from(digest, 'base64').toString('hex'));
  if (inlinedBy !== undefined) component.properties.add(new Models.Property('cdx:npm:package:bundled', inlinedBy));
  return component;
}

/**
 * @param {'functions' | 'plugin'} artifact
 * @returns {Promise<string>} the document; the same packages give the same text
 */
export async function sbomOf(artifact) {
  const { name, version } = readJson(`${WORKSPACES[artifact]}/package.json`);
  const lock = readJson('package-lock.json');
  const bom = new Models.Bom();
  bom.metadata.component = new Models.Component(Enums.ComponentType.Application, name, {
    version,
    bomRef: purl(name, version),
    licenses: new Models.LicenseRepository([new Models.SpdxLicense(readJson('package.json').license)]),
  });
  for (const one of await shippedPackages(artifact)) {
    const component = toComponent(one, lock);
    bom.components.add(component);
    bom.metadata.component.dependencies.add(component.bomRef);
  }
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
}

/** Writes the document of each artifact beside it. */
export async function writeSboms() {
  await Promise.all(
    Object.entries(FILES).map(async ([artifact, file]) => {
      const text = await sbomOf(artifact);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `${text}\n`);
    }),
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeSboms();
  for (const file of Object.values(FILES)) console.log(path.relative(ROOT, file));
}
