import type { EmailAdminStrings } from './en-US';
import { es } from './es';

export const esES: EmailAdminStrings = {
  ...es,
  NeverSent: 'Todavía no se ha enviado ningún correo',
  AuditVoicemail: 'Mensaje o rellamada (ID)',
  AuditSetAdded: '{{field}}: se añadió {{values}}',
  HistoryEmpty:
    'No ha llegado nada en los últimos 7 días. Aquí aparecerán las rellamadas y los mensajes de voz, con lo que ha pasado con sus correos. Mientras tanto puede enviar un correo de prueba.',
  HistoryEmptyOff:
    'No ha llegado nada en los últimos 7 días. Las rellamadas y los mensajes de voz aparecerán aquí también con el correo desactivado.',
  TestSent: '{{provider}} lo ha aceptado. Búsquelo en {{address}}, también entre el correo no deseado.',
  TestFailed: 'El correo de prueba no se ha enviado.',
  TestUncertain: 'No se sabe si el servicio de correo ha aceptado el correo de prueba. Revise antes el buzón.',
};
