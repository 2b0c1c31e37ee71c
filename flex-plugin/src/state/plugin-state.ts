/** The key of the plugin's state in Flex's store. Each feature has a reducer of its own below it. */
export const STATE_KEY = 'callbackAndVoicemail';

/**
 * What the plugin uses of Flex's store. It is described here because `Store` of Redux takes a type argument in some
 * versions that hosts bring along, and none in others.
 */
export interface PluginStore {
  dispatch: (action: { type: string }) => unknown;
  getState: () => unknown;
}
