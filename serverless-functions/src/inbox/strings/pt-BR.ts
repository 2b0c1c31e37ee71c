import type { InboxStrings } from './inbox-strings';

export const ptBR: InboxStrings = {
  title: 'Quem cuida disso',
  mine: (time) => `Você assumiu esta mensagem, ${time}.`,
  taken: (by, time) => `${by} assumiu esta mensagem, ${time}.`,
  held: (by, time) => `${by} está com esta mensagem no Flex desde ${time}.`,
  handled: ({ by, time }) => `Atendido${by === undefined ? '' : ` por ${by}`}${time === undefined ? '' : `, ${time}`}.`,
  closed: 'Não há mais nada a fazer.',
  call: {
    calling: (ending) => `Estamos ligando para o seu telefone com final ${ending}. Atenda e pressione 1.`,
    connecting: 'Você atendeu, e estamos ligando para a pessoa.',
    spoke: (length) => `Sua ligação para esta pessoa durou ${length}.`,
    'not-reached': 'Não foi possível falar com a pessoa.',
    'not-answered': 'Seu telefone não foi atendido, ou 1 não foi pressionado.',
    unknown: 'A ligação terminou.',
  },
  reminded: (time) => `Você receberá um lembrete por e-mail, ${time}, a menos que já esteja atendido.`,
  hints: {
    take: 'Os outros destinatários e os agentes no Flex veem que você assumiu. Continua na fila até ser atendido.',
    finish: 'Ninguém mais precisa ligar. Deixa de ser oferecido aos agentes.',
    call: ({ ending, shown }) =>
      `Ligamos para o seu telefone com final ${ending} e depois para a pessoa, que vê ${shown}. Você também assume a mensagem.`,
    remind: 'Você recebe mais um e-mail na mesma conversa.',
  },
  lacksPhone: 'Para ligar pelo nosso número, peça a quem escolhe os destinatários que inclua o seu telefone.',
  finish: 'Está atendido',
  giveBack: 'Devolver',
  remindWhen: { hour: 'Em uma hora', 'four-hours': 'Em quatro horas', tomorrow: 'Amanhã às 9' },
  back: 'Voltar à mensagem',
  failures: {
    'too-often': { title: 'Foi pedido demais com este link', advice: 'Isso não foi feito. Tente de novo em uma hora.' },
    unavailable: {
      title: 'Não sabemos se isso foi feito',
      advice: 'Volte à mensagem e verifique. Se não foi feito, tente de novo em alguns minutos.',
    },
  },
  problems: {
    'act-off': {
      title: 'Isto não é oferecido',
      advice: 'Sua organização não oferece isto para esta mensagem. Nada foi alterado.',
    },
    'page-expired': {
      title: 'A página ficou aberta por muito tempo',
      advice: 'Nada foi feito. Abra a página de novo para ver a situação atual.',
    },
    'taken-by-other': {
      title: 'Outra pessoa assumiu',
      advice: 'Nada foi feito. Abra a página de novo para ver quem assumiu.',
    },
    'held-by-agent': {
      title: 'Um agente está com ela',
      advice: 'Nada foi feito: um agente no Flex cuida desta mensagem.',
    },
    handled: { title: 'Já está atendido', advice: 'Nada foi feito, e não há mais nada a fazer.' },
    'no-phone': {
      title: 'Não é possível ligar para o seu telefone',
      advice: 'Peça a quem escolhe os destinatários que confira o número de telefone nas configurações.',
    },
    'call-under-way': {
      title: 'Há uma ligação em andamento',
      advice: 'Nada foi feito: espere a ligação desta mensagem terminar.',
    },
  },
};
