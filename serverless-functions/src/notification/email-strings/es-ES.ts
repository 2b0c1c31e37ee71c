import type { EmailStrings } from './email-strings';

export const esES: EmailStrings = {
  locale: 'es-ES',
  withheld: 'número oculto',
  subject: ({ caller, queue, length }) =>
    `Mensaje de voz de ${caller}${queue === undefined ? '' : ` para ${queue}`}${length === undefined ? '' : ` (${length})`}`,
  labels: {
    caller: 'Llamante',
    called: 'Número marcado',
    queue: 'Cola',
    received: 'Recibido',
    waited: 'Espera',
    length: 'Duración',
  },
  minutes: (count) => (count === 1 ? '1 minuto' : `${count} minutos`),
  callBack: 'Devolver la llamada',
  openInFlex: 'Abrir en Flex',
  attached: (fileName) => `La grabación va adjunta: ${fileName}`,
  tooLarge:
    'La grabación es demasiado grande para adjuntarla. Se puede escuchar en Flex, en la tarea de este mensaje de voz.',
  gone: 'La grabación ya no se ha podido obtener, por lo que no va adjunta.',
  empty: 'La grabación no contiene sonido, por lo que no se adjunta.',
  encrypted:
    'La grabación está cifrada con la clave de su organización, por lo que no va adjunta ni se puede escuchar en Flex.',
  external:
    'La grabación se guarda en el almacenamiento de su organización, por lo que no va adjunta ni se puede escuchar en Flex.',
  noticeOnly: 'La grabación no va adjunta, según lo ha configurado su administrador. Se puede escuchar en Flex.',
  listen: {
    button: 'Escuchar',
    tooLarge: 'La grabación es demasiado grande para adjuntarla. Puede escucharla en su navegador.',
    notAttached: 'La grabación no está adjunta. Puede escucharla en su navegador.',
    gone: 'No se pudo adjuntar la grabación. Puede intentar escucharla en su navegador.',
    until: (end) => `Disponible hasta: ${end}. El enlace es solo para usted; no lo reenvíe.`,
  },
  linkOnly: {
    subject: 'Nuevo mensaje de voz',
    sentence: 'Este correo no contiene datos de la llamada. Abra Flex para ver quién llamó y escuchar el mensaje.',
  },
  summary: {
    subject: (usual, count) => `${usual} y ${count} más`,
    sentence: (count) =>
      count === 1
        ? 'Hay 1 mensaje de voz más de la misma persona. No se envía por separado; está en Flex:'
        : `Hay ${count} mensajes de voz más de la misma persona. No se envían por separado; están en Flex:`,
  },
  inbox: {
    take: 'Me encargo yo',
    remind: 'Recordármelo más tarde',
    call: 'Llamar con nuestro número',
    reminder: 'Recordatorio: este mensaje de voz aún no está atendido.',
  },
  closing: {
    handled: ({ worker, time }) => (worker === undefined ? `Atendido, ${time}.` : `Atendido por ${worker}, ${time}.`),
    spoke: (length) => `La última llamada a esta persona duró ${length}.`,
  },
  fallback: {
    sentence: (unreached) => `Recibe este correo como destinatario alternativo: no se pudo entregar a ${unreached}.`,
    reasons: {
      'mailbox-full': 'buzón lleno',
      'no-such-address': 'la dirección no existe',
      'mailbox-disabled': 'el buzón está desactivado',
      'too-large': 'el correo es demasiado grande para el buzón',
      refused: 'lo rechazó el servidor del destinatario',
      suppressed: 'está en la lista de supresión del servicio de correo',
      unknown: 'el servidor no dio una razón clara',
    },
  },
  failed: 'Quien llamó dejó un mensaje, pero Twilio no pudo grabarlo. No hay nada que escuchar.',
  calledBack: 'En Flex hay una devolución de llamada para esta persona.',
  notCalledBack: 'No se ha creado ninguna devolución de llamada.',
  transcriptNote: 'Transcripción automática; lo que cuenta es la grabación.',
  footer: (organization, chosenBy) => {
    const of = organization === undefined ? '' : ` de ${organization}`;
    return chosenBy === 'supervisor'
      ? `Recibe este correo porque un supervisor${of} ha elegido su dirección para los mensajes de voz. Se puede cambiar en Flex.`
      : `Recibe este correo porque el administrador${of} ha configurado su dirección para los mensajes de voz. Un supervisor puede cambiarla en Flex.`;
  },
  test: {
    callerName: 'Ana Ejemplo',
    subject: (usual) => `Prueba: ${usual}`,
    sentence: 'Esto es una prueba. Nadie ha llamado; así serán los mensajes de voz.',
    transcript: 'Hola, así se ven las palabras de quien llama. La grabación es una melodía corta.',
  },
};
