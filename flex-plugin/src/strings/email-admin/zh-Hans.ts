import { type EmailAdminStrings, enUS } from './en-US';

export const zhHans: EmailAdminStrings = { ...enUS };
