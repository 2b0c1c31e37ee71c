import type { ListenStrings } from './listen-strings';

export const esES: ListenStrings = {
  recording: 'Grabación',
  transcript: 'Transcripción',
  details: 'Detalles',
  back: 'Retroceder 10 segundos',
  forward: 'Avanzar 10 segundos',
  speed: 'Velocidad',
  download: 'Descargar',
  downloading: 'Descargando: {percent} %',
  downloaded: 'Descargada.',
  loading: 'Cargando: {percent} %',
  failed: 'No se pudo cargar la grabación. Vuelva a cargar esta página para intentarlo de nuevo.',
  withoutScript: 'Para descargar se necesita JavaScript.',
  until: (end) => `Disponible hasta: ${end}. El enlace es solo para usted; no lo reenvíe.`,
  problems: {
    'bad-link': {
      title: 'Este enlace no es válido',
      advice: 'Abra de nuevo el enlace del correo. Si es largo, cópielo entero.',
    },
    expired: {
      title: 'Este enlace ha caducado',
      advice: 'Pida a un compañero que use Flex que reproduzca el mensaje de voz o que vuelva a enviar el correo.',
    },
    'recipient-removed': {
      title: 'Este enlace ya no es suyo',
      advice: 'Su dirección ya no recibe este mensaje de voz. Consulte al supervisor que elige a los destinatarios.',
    },
    'recording-deleted': { title: 'La grabación se ha borrado', advice: 'Ya no hay nada que escuchar.' },
    'links-off': {
      title: 'Este mensaje de voz solo se puede escuchar en Flex',
      advice: 'Su organización no ofrece ahora grabaciones por enlace. Consulte a un compañero que use Flex.',
    },
    'recording-encrypted': {
      title: 'La grabación está cifrada',
      advice: 'Solo la abre la clave privada de su organización. Pida la grabación a su administrador.',
    },
    'recording-external': {
      title: 'La grabación está guardada en otro lugar',
      advice: 'Está en el almacenamiento de su organización. Pida la grabación a su administrador.',
    },
    'no-recording': { title: 'La grabación no contiene sonido', advice: 'No hay nada que escuchar.' },
    'too-often': { title: 'Este enlace se ha abierto demasiadas veces', advice: 'Espere una hora y vuelva a abrirlo.' },
    'not-configured': {
      title: 'La escucha no está configurada',
      advice: 'Avise a su administrador de que las Functions no tienen clave para firmar enlaces.',
    },
    unavailable: {
      title: 'Esto no funciona en este momento',
      advice: 'Vuelva a cargar esta página dentro de unos minutos.',
    },
    sample: {
      title: 'Este enlace funciona',
      advice: 'Es de un correo de prueba, por lo que no hay grabación. Los enlaces reales abren aquí un reproductor.',
    },
  },
};
