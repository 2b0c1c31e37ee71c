// For `twilio flex:plugins:start`: Flex on this machine, with the account's hosted configuration.
// biome-ignore lint/correctness/noUnusedVariables: the page of Flex reads it
var appConfig = {
  pluginService: { enabled: true, url: '/plugins' },
  logLevel: 'info',
};
