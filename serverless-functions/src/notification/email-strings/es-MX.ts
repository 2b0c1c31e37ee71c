import type { EmailStrings } from './email-strings';
import { esES } from './es-ES';

/** As in Spain but where Mexico says it otherwise. */
export const esMX: EmailStrings = {
  ...esES,
  locale: 'es-MX',
  withheld: 'número privado',
  labels: { ...esES.labels, caller: 'Quien llama', queue: 'Fila', waited: 'Tiempo de espera' },
  attached: (fileName) => `La grabación está adjunta: ${fileName}`,
  gone: 'La grabación ya no se pudo obtener, por lo que no está adjunta.',
  empty: 'La grabación no contiene sonido, por lo que no se adjunta.',
  noticeOnly: 'La grabación no está adjunta, según lo configuró su administrador. Se puede escuchar en Flex.',
  notCalledBack: 'No se creó ninguna devolución de llamada.',
  footer: (organization, chosenBy) => {
    const of = organization === undefined ? '' : ` de ${organization}`;
    return chosenBy === 'supervisor'
      ? `Recibe este correo porque un supervisor${of} eligió su dirección para los mensajes de voz. Se puede cambiar en Flex.`
      : `Recibe este correo porque el administrador${of} configuró su dirección para los mensajes de voz. Un supervisor puede cambiarla en Flex.`;
  },
  test: { ...esES.test, sentence: 'Esto es una prueba. Nadie llamó; así serán los mensajes de voz.' },
};
