/** Folder of all our Functions' URLs; the feature's name in Flex's own configuration is the same with underscores. */
export const FEATURE_PATH = '/features/callback-and-voicemail-with-email';
