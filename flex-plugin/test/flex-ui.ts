/**
 * Stands in for `@twilio/flex-ui` in unit tests: the plugin imports only its types (Flex hands itself to `init`). The
 * real one is run by realui/.
 */
export {};
