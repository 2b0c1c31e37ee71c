// The official builder compiles only flex-plugin/src. What the Functions and the plugin agree on is TypeScript beside it
// (contract/), and webpack 4 does not read a package's `exports`: so its modules are named here, one by one.
const path = require('node:path');

const contract = path.resolve(__dirname, '../contract/src');
const MODULES = {
  audit: 'audit.ts',
  'cut-text': 'cut-text.ts',
  'isolate-text': 'isolate-text.ts',
  'flex-api': 'flex-api.ts',
  feature: 'feature.ts',
  'task-attributes': 'task-attributes.ts',
  'email-admin-api': 'email-admin-api.ts',
  'email-problems': 'email-problems.ts',
  'email-settings': 'email-settings/index.ts',
  'email-settings/formats': 'email-settings/formats.ts',
  'personal-data': 'personal-data.ts',
  reconciliation: 'reconciliation.ts',
  schema: 'schema/index.ts',
};

/**
 * Paste's theme imports it for `useThemeContrastCheck`, which measures a theme while it is designed. Nothing here calls
 * that, and it is 15 KB of what every agent's browser would fetch.
 */
const UNUSED_PASTE_MODULE = '@twilio-paste/color-contrast-utils';
/**
 * Paste's style props read from it which tokens are deprecated, for the warnings of a development build alone: 119 KB, and
 * what fetches them is every agent's browser.
 */
const RAW_TOKENS = '@twilio-paste/design-tokens/dist/tokens.raw.json';
/**
 * Flex hands plugins the themes `default` and `dark` and no others (`baseTheme: theme.isLight ? "default" : "dark"`, in
 * the bundle of @twilio/flex-ui 2.17.1). What Paste adds for each other one is 27 KB.
 */
const UNUSED_THEMES = ['evergreen', 'sendgrid', 'twilio', 'twilio-dark'];
const THEME_TOKENS = '@twilio-paste/design-tokens/dist';

module.exports = (config) => {
  config.resolve.alias[`${UNUSED_PASTE_MODULE}$`] = path.join(__dirname, 'no-contrast-check.js');
  config.resolve.alias[`${RAW_TOKENS}$`] = path.join(__dirname, 'no-raw-tokens.js');
  for (const theme of UNUSED_THEMES)
    config.resolve.alias[`${THEME_TOKENS}/themes/${theme}/tokens.es6$`] = `${THEME_TOKENS}/tokens.es6`;
  for (const [name, file] of Object.entries(MODULES))
    config.resolve.alias[`@callback-and-voicemail/contract/${name}$`] = path.join(contract, file);
  // Flex's builder writes every letter beyond ASCII as \uXXXX, which makes the Thai and Chinese strings a third larger. A
  // script without an encoding of its own has that of its page, and Flex's page is UTF-8.
  // https://html.spec.whatwg.org/multipage/webappapis.html#fetch-a-classic-script
  for (const { options } of config.optimization.minimizer ?? [])
    if (options?.terserOptions?.output !== undefined) options.terserOptions.output.ascii_only = false;
  const { oneOf } = config.module.rules.find((rule) => rule.oneOf !== undefined);
  const babel = oneOf.find(({ loader }) => typeof loader === 'string' && loader.includes('babel-loader'));
  babel.include = [babel.include, contract].flat();
  config.module.rules.unshift({
    test: path.join(__dirname, 'src/strings/strings.ts'),
    enforce: 'pre',
    loader: path.join(__dirname, 'pack-strings.js'),
  });
  // `npm test` has checked all types just before: a second check takes as long as all other building.
  if (process.env.PLUGIN_TYPES_ARE_CHECKED === '1')
    config.plugins = config.plugins.filter((plugin) => plugin.constructor.name !== 'ForkTsCheckerWebpackPlugin');
  // It keeps imports inside src/, as create-react-app does.
  const scope = config.resolve.plugins.find(({ appSources }) => appSources !== undefined);
  scope.appSources = [...scope.appSources, contract];
  return config;
};
