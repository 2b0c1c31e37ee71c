import { ROOT, readText, runNode } from './repository';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  link?: boolean;
  integrity?: string;
  hasInstallScript?: boolean;
}
interface Component {
  group?: string;
  name: string;
  version: string;
  purl: string;
  licenses?: object[];
  hashes?: { alg: string; content: string }[];
  properties?: { name: string; value: string }[];
}

const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, LockedPackage> };
const nameOf = ({ group, name }: Component) => (group === undefined ? name : `${group}/${name}`);

/** The bill of materials of an artifact, as the build writes it. */
function billOf(artifact: string): Component[] {
  const script = `import('./scripts/sbom.mjs').then(async ({ sbomOf }) => console.log(await sbomOf('${artifact}')))`;
  const { stdout, stderr, status } = runNode(['-e', script], ROOT);
  if (status !== 0) throw new Error(stderr);
  return (JSON.parse(stdout) as { components: Component[] }).components;
}

/** Where the lock file has these versions. */
const lockedAs = ({ version, ...named }: Component): LockedPackage[] =>
  Object.entries(lock.packages)
    .filter(
      ([folder, one]) => folder.endsWith(`node_modules/${nameOf({ version, ...named })}`) && one.version === version,
    )
    .map(([, one]) => one);

describe.each(['functions', 'plugin'])('what is inside the %s', (artifact) => {
  const components = billOf(artifact);
  const own = components.filter(({ properties }) => properties === undefined);

  test('is named in a CycloneDX bill of materials, with license and checksum', () => {
    expect(own.length).toBeGreaterThan(5);
    for (const one of own) {
      expect(one).toMatchObject({ licenses: [expect.anything()], hashes: [{ alg: 'SHA-512' }] });
      expect(one.purl).toContain(`@${one.version}`);
    }
  });

  test('is a dependency, which `npm audit --omit=dev` looks at', () => {
    const unaudited = own.filter((one) => !lockedAs(one).some(({ dev }) => dev !== true));
    expect(unaudited.map(nameOf)).toEqual([]);
  });

  test('needs no install script', () => {
    expect(own.filter((one) => lockedAs(one).some(({ hasInstallScript }) => hasInstallScript)).map(nameOf)).toEqual([]);
  });
});

test('the bill names the release of axios inside mailgun.js, not the one that is installed', () => {
  const axios = billOf('functions').find(({ name }) => name === 'axios');
  expect(axios).toMatchObject({
    version: '1.19.0',
    properties: [{ name: 'cdx:npm:package:bundled', value: 'mailgun.js' }],
  });
});

test('every package has a checksum', () => {
  const unverified = Object.entries(lock.packages).filter(
    ([folder, { integrity, link }]) => folder.includes('node_modules/') && link !== true && integrity === undefined,
  );
  expect(unverified.map(([folder]) => folder)).toEqual([]);
});

test('what ships is pinned to exact versions', () => {
  for (const workspace of ['serverless-functions', 'flex-plugin']) {
    const { dependencies } = JSON.parse(readText(`${workspace}/package.json`)) as {
      dependencies: Record<string, string>;
    };
    expect(Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  }
});

test('Twilio installs nothing but its runtime and its SDK: the rest is in the bundles', () => {
  const script = `import('./serverless-functions/deployed-manifest.mjs').then((m) => console.log(m.deployedManifest()))`;
  const { dependencies } = JSON.parse(runNode(['-e', script], ROOT).stdout) as { dependencies: object };
  expect(Object.keys(dependencies)).toEqual(['@twilio/runtime-handler', 'twilio']);
});
