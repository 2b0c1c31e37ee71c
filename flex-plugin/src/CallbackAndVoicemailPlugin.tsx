import { FlexPlugin } from '@twilio/flex-plugin';
import type * as Flex from '@twilio/flex-ui';
import { registerFeature } from './register-feature';

/** Callbacks and voicemail with email notifications, in an agent's Flex. */
export default class CallbackAndVoicemailPlugin extends FlexPlugin {
  constructor() {
    super('CallbackAndVoicemailPlugin');
  }

  /** Called once by Flex, before anything is shown. */
  async init(flex: typeof Flex, manager: Flex.Manager): Promise<void> {
    registerFeature(flex, manager);
  }
}
