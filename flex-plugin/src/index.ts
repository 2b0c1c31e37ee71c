import * as FlexPlugin from '@twilio/flex-plugin';
import CallbackAndVoicemailPlugin from './CallbackAndVoicemailPlugin';

// Twilio's CLI refuses to deploy unless it finds one call written as `.loadPlugin(`.
FlexPlugin.loadPlugin(CallbackAndVoicemailPlugin);
