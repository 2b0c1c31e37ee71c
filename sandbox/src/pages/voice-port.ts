import type { Voice as Engine } from '../voice/types';

export type { CallEvent } from '../voice/types';

/** What the pages need of the voice engine. */
export type PagesVoice = Pick<Engine, 'placeCall' | 'pickUp' | 'press' | 'speak' | 'hangUp' | 'numbers' | 'subscribe'>;
