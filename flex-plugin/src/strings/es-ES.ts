import type { Strings } from './en-US';
import { es } from './es';

export const esES: Strings = {
  ...es,
  Voicemail: 'Mensaje de voz',
  Callback: 'Rellamada',
  CallbackFor: 'Rellamada a {{name}}',
  IncomingCallback: 'Nueva rellamada',
  ErrorNotFound: 'Este mensaje de voz o rellamada ya no consta.',
  ErrorOurs: 'Algo ha fallado por nuestra parte.',
};
