import { type EmailAdminStrings, enUS } from './en-US';

export const es: EmailAdminStrings = { ...enUS };
