import type { AgentDesktopStrings } from './en-US';
import { es } from './es';

export const esMX: AgentDesktopStrings = {
  ...es,
  Voicemail: 'Mensaje de voz',
  SpeedValue: '{{speed}}×',
  TranscriptArrived: 'Llegó la transcripción.',
  NotListened: 'Nadie lo ha escuchado aún',
};
