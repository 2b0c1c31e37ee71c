import type { Voice as Engine } from '../voice/types';

export type { CallEvent, InboundCall } from '../voice/types';

/** The part of the voice engine that the pages use. */
export type PagesVoice = Pick<
  Engine,
  'placeCall' | 'leaveMessage' | 'pickUp' | 'press' | 'speak' | 'hangUp' | 'numbers' | 'subscribe'
>;
