import { type EmailAdminStrings, enUS } from './en-US';

export const ptBR: EmailAdminStrings = { ...enUS };
