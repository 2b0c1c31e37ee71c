import type { InboxStrings } from './inbox-strings';

export const esES: InboxStrings = {
  title: 'Quién se encarga',
  mine: (time) => `Usted se encarga de este mensaje, ${time}.`,
  taken: (by, time) => `${by} se encarga de este mensaje, ${time}.`,
  held: (by, time) => `${by} tiene este mensaje en Flex desde ${time}.`,
  handled: ({ by, time }) => `Atendido${by === undefined ? '' : ` por ${by}`}${time === undefined ? '' : `, ${time}`}.`,
  closed: 'No queda nada por hacer.',
  call: {
    calling: (ending) => `Estamos llamando a su teléfono terminado en ${ending}. Conteste y pulse 1.`,
    connecting: 'Ha contestado y estamos llamando a la persona.',
    spoke: (length) => `Su llamada a esta persona duró ${length}.`,
    'not-reached': 'No se pudo hablar con esta persona.',
    'not-answered': 'Nadie contestó en su teléfono, o no se pulsó 1.',
    unknown: 'La llamada ha terminado.',
  },
  reminded: (time) => `Recibirá un recordatorio por correo, ${time}, salvo que ya esté atendido.`,
  hints: {
    take: 'Los demás destinatarios y los agentes de Flex ven que usted se encarga. Sigue en la cola hasta que esté atendido.',
    finish: 'No se pide a nadie más que llame. Deja de ofrecerse a los agentes.',
    call: ({ ending, shown }) =>
      `Llamamos a su teléfono terminado en ${ending} y después a la persona, que ve ${shown}. Además, usted pasa a encargarse del mensaje.`,
    remind: 'Recibirá un correo más en la misma conversación.',
  },
  lacksPhone: 'Para llamar con nuestro número, pida a quien elige los destinatarios que añada su teléfono.',
  finish: 'Está atendido',
  giveBack: 'Dejarlo a otros',
  remindWhen: { hour: 'En una hora', 'four-hours': 'En cuatro horas', tomorrow: 'Mañana a las 9' },
  back: 'Volver al mensaje',
  failures: {
    'too-often': {
      title: 'Se ha pedido demasiado con este enlace',
      advice: 'Eso no se ha hecho. Inténtelo de nuevo dentro de una hora.',
    },
    unavailable: {
      title: 'No sabemos si se ha hecho',
      advice: 'Vuelva al mensaje y compruébelo. Si no se ha hecho, inténtelo de nuevo en unos minutos.',
    },
  },
  problems: {
    'act-off': {
      title: 'Esto no se ofrece',
      advice: 'Su organización no lo ofrece para este mensaje. No se ha cambiado nada.',
    },
    'page-expired': {
      title: 'La página estuvo abierta demasiado tiempo',
      advice: 'No se ha hecho nada. Abra la página de nuevo para ver cómo están las cosas.',
    },
    'taken-by-other': {
      title: 'Se encarga otra persona',
      advice: 'No se ha hecho nada. Abra la página de nuevo para ver quién se encarga.',
    },
    'held-by-agent': {
      title: 'Lo tiene un agente',
      advice: 'No se ha hecho nada: un agente de Flex se encarga de este mensaje.',
    },
    handled: { title: 'Ya está atendido', advice: 'No se ha hecho nada y no queda nada por hacer.' },
    'no-phone': {
      title: 'No se puede llamar a su teléfono',
      advice: 'Pida a quien elige los destinatarios que revise el número de teléfono en los ajustes.',
    },
    'call-under-way': {
      title: 'Hay una llamada en curso',
      advice: 'No se ha hecho nada: espere a que termine la llamada de este mensaje.',
    },
  },
};
