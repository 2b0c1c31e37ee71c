import type { Voice as Engine } from '../voice/types';

export type { CallEvent } from '../voice/types';

/** The part of the voice engine that the pages use. */
export type PagesVoice = Pick<Engine, 'placeCall' | 'pickUp' | 'press' | 'speak' | 'hangUp' | 'numbers' | 'subscribe'>;
