import { CONFIGURATION_ASSET, loadConfiguration } from './caller-experience-for';

const BUILT_IN = { everyone: {}, numbers: {}, queues: {} };
const logged = jest.spyOn(console, 'log').mockImplementation(() => undefined);

function withAsset(content: string | undefined) {
  const assets = content === undefined ? {} : { [CONFIGURATION_ASSET]: { path: '/a.json', open: () => content } };
  (globalThis as { Runtime?: unknown }).Runtime = { getAssets: () => assets };
}

test('without the asset, the built-in defaults apply', () => {
  withAsset(undefined);
  expect(loadConfiguration()).toEqual(BUILT_IN);
  expect(logged).not.toHaveBeenCalled();
});

test('a valid asset is used as it is', () => {
  const configuration = { ...BUILT_IN, queues: { Spanish: { language: 'es-US' } } };
  withAsset(JSON.stringify(configuration));
  expect(loadConfiguration()).toEqual(configuration);
});

test.each([
  ['no JSON', '{', 'it is not readable JSON'],
  ['an invalid setting', JSON.stringify({ ...BUILT_IN, everyone: { menuSeconds: 0 } }), 'everyone.menuSeconds'],
])('with %s, logs the error and applies the built-in defaults', (_what, content, error) => {
  withAsset(content);
  expect(loadConfiguration()).toEqual(BUILT_IN);
  expect(logged).toHaveBeenCalledTimes(1);
  expect(logged.mock.calls[0]![0]).toContain(`caller-experience.private.json: ${error}`);
});
