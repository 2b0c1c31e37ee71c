import type { AgentDesktopStrings } from './en-US';
import { es } from './es';

export const esES: AgentDesktopStrings = {
  ...es,
  Voicemail: 'Mensaje de voz',
  Callback: 'Rellamada',
  CallbackFor: 'Rellamada a {{name}}',
  IncomingCallback: 'Nueva rellamada',
  ErrorNotFound: 'Este mensaje de voz o rellamada ya no consta.',
  ErrorInternal: 'Algo ha fallado por nuestra parte.',
};
