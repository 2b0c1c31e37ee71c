import { runNode } from './repository';

test('THIRD_PARTY_NOTICES.txt names what is inside the bundles', () => {
  const { status, stderr } = runNode(['scripts/third-party-notices.mjs', '--check']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
