import type { ListenStrings } from './listen-strings';

export const ptBR: ListenStrings = {
  recording: 'Gravação',
  transcript: 'Transcrição',
  details: 'Detalhes',
  back: 'Voltar 10 segundos',
  forward: 'Avançar 10 segundos',
  speed: 'Velocidade',
  download: 'Baixar',
  downloading: 'Baixando: {percent}%',
  downloaded: 'Baixada.',
  loading: 'Carregando: {percent}%',
  failed: 'Não foi possível carregar a gravação. Recarregue esta página para tentar de novo.',
  withoutScript: 'Para baixar é preciso JavaScript.',
  until: (end) => `Disponível até: ${end}. O link é só para você; não o encaminhe.`,
  problems: {
    'bad-link': {
      title: 'Este link não é válido',
      advice: 'Abra de novo o link do e-mail. Se for longo, copie-o inteiro.',
    },
    expired: {
      title: 'Este link expirou',
      advice: 'Peça a um colega que usa o Flex para tocar a mensagem de voz ou enviar o e-mail de novo.',
    },
    'recipient-removed': {
      title: 'Este link não é mais seu',
      advice: 'Seu endereço não recebe mais esta mensagem de voz. Fale com o supervisor que escolhe os destinatários.',
    },
    'recording-deleted': { title: 'A gravação foi excluída', advice: 'Não há mais nada para ouvir.' },
    'links-off': {
      title: 'Esta mensagem de voz só pode ser ouvida no Flex',
      advice: 'Sua organização não oferece gravações por link no momento. Fale com um colega que usa o Flex.',
    },
    'recording-encrypted': {
      title: 'A gravação está criptografada',
      advice: 'Só a chave privada da sua organização a abre. Peça a gravação ao seu administrador.',
    },
    'recording-external': {
      title: 'A gravação está guardada em outro lugar',
      advice: 'Ela está no armazenamento da sua organização. Peça a gravação ao seu administrador.',
    },
    'no-recording': { title: 'A gravação não tem som', advice: 'Não há nada para ouvir.' },
    'too-often': { title: 'Este link foi aberto vezes demais', advice: 'Espere uma hora e abra-o de novo.' },
    'not-configured': {
      title: 'A escuta não está configurada',
      advice: 'Avise seu administrador de que as Functions não têm chave para assinar links.',
    },
    unavailable: { title: 'Isto não funciona no momento', advice: 'Recarregue esta página em alguns minutos.' },
    sample: {
      title: 'Este link funciona',
      advice: 'Ele é de um e-mail de teste, então não há gravação. Os links das mensagens abrem um player aqui.',
    },
  },
};
