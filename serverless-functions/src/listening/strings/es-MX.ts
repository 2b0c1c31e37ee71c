import { esES } from './es-ES';
import type { ListenStrings } from './listen-strings';

/** As in Spain but where Mexico says it otherwise. */
export const esMX: ListenStrings = {
  ...esES,
  back: 'Regresar 10 segundos',
  forward: 'Adelantar 10 segundos',
  problems: {
    ...esES.problems,
    expired: {
      title: 'Este enlace venció',
      advice: 'Pida a un compañero que use Flex que reproduzca el mensaje de voz o que vuelva a enviar el correo.',
    },
    'recording-deleted': { title: 'La grabación se borró', advice: 'Ya no hay nada que escuchar.' },
    'too-often': { title: 'Este enlace se abrió demasiadas veces', advice: 'Espere una hora y ábralo de nuevo.' },
  },
};
