export { enUS } from './en-US';
export { esES } from './es-ES';
export { esMX } from './es-MX';
export { ptBR } from './pt-BR';
export { th } from './th';
export { zhHans } from './zh-Hans';
