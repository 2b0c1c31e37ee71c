import type { EmailStrings } from './email-strings';

export const ptBR: EmailStrings = {
  locale: 'pt-BR',
  withheld: 'número não identificado',
  subject: ({ caller, queue, length }) =>
    `Mensagem de voz de ${caller}${queue === undefined ? '' : ` para ${queue}`}${length === undefined ? '' : ` (${length})`}`,
  labels: {
    caller: 'Quem ligou',
    called: 'Número discado',
    queue: 'Fila',
    received: 'Recebida',
    waited: 'Espera',
    length: 'Duração',
  },
  minutes: (count) => (count === 1 ? '1 minuto' : `${count} minutos`),
  callBack: 'Ligar de volta',
  openInFlex: 'Abrir no Flex',
  attached: (fileName) => `A gravação está anexada: ${fileName}`,
  tooLarge:
    'A gravação é grande demais para ser anexada. Ela pode ser ouvida no Flex, na tarefa desta mensagem de voz.',
  gone: 'A gravação não pôde mais ser obtida, por isso não está anexada.',
  empty: 'A gravação não tem som, por isso não está anexada.',
  encrypted:
    'A gravação está criptografada com a chave da sua organização, por isso não está anexada nem pode ser ouvida no Flex.',
  external:
    'A gravação está no armazenamento da sua organização, por isso não está anexada nem pode ser ouvida no Flex.',
  noticeOnly: 'A gravação não está anexada, conforme definido pelo seu administrador. Ela pode ser ouvida no Flex.',
  listen: {
    button: 'Ouvir',
    tooLarge: 'A gravação é grande demais para ser anexada. Você pode ouvi-la no navegador.',
    notAttached: 'A gravação não está anexada. Você pode ouvi-la no navegador.',
    gone: 'Não foi possível anexar a gravação. Você pode tentar ouvi-la no navegador.',
    until: (end) => `Disponível até: ${end}. O link é só para você; não o encaminhe.`,
  },
  linkOnly: {
    subject: 'Nova mensagem de voz',
    sentence: 'Este e-mail não contém dados da ligação. Abra o Flex para ver quem ligou e ouvir a mensagem.',
  },
  summary: {
    subject: (usual, count) => `${usual} e mais ${count}`,
    sentence: (count) =>
      count === 1
        ? 'Há mais 1 mensagem de voz da mesma pessoa. Ela não é enviada separadamente; está no Flex:'
        : `Há mais ${count} mensagens de voz da mesma pessoa. Elas não são enviadas separadamente; estão no Flex:`,
  },
  inbox: {
    take: 'Eu assumo',
    remind: 'Lembrar mais tarde',
    call: 'Ligar pelo nosso número',
    reminder: 'Lembrete: esta mensagem de voz ainda não foi atendida.',
  },
  closing: {
    handled: ({ worker, time }) => (worker === undefined ? `Atendido, ${time}.` : `Atendido por ${worker}, ${time}.`),
    spoke: (length) => `A última ligação para esta pessoa durou ${length}.`,
  },
  fallback: {
    sentence: (unreached) =>
      `Você recebe este e-mail como destinatário alternativo: não foi possível entregá-lo a ${unreached}.`,
    reasons: {
      'mailbox-full': 'caixa de entrada cheia',
      'no-such-address': 'o endereço não existe',
      'mailbox-disabled': 'a caixa de entrada está desativada',
      'too-large': 'o e-mail é grande demais para a caixa',
      refused: 'recusado pelo servidor do destinatário',
      suppressed: 'na lista de supressão do serviço de e-mail',
      unknown: 'o servidor não deu um motivo claro',
    },
  },
  failed: 'Quem ligou deixou uma mensagem, mas a Twilio não conseguiu gravá-la. Não há nada para ouvir.',
  calledBack: 'Há um retorno de chamada para essa pessoa no Flex.',
  notCalledBack: 'Nenhum retorno de chamada foi criado.',
  transcriptNote: 'Transcrição automática; o que vale é a gravação.',
  footer: (organization, chosenBy) => {
    const of = organization === undefined ? '' : ` de ${organization}`;
    return chosenBy === 'supervisor'
      ? `Você recebe este e-mail porque um supervisor${of} escolheu seu endereço para mensagens de voz. Isso pode ser alterado no Flex.`
      : `Você recebe este e-mail porque o administrador${of} definiu seu endereço para mensagens de voz. Um supervisor pode alterá-lo no Flex.`;
  },
  test: {
    callerName: 'Ana Exemplo',
    subject: (usual) => `Teste: ${usual}`,
    sentence: 'Isto é um teste. Ninguém ligou; as mensagens de voz serão assim.',
    transcript: 'Olá, é assim que aparecem as palavras de quem liga. A gravação é uma melodia curta.',
  },
};
