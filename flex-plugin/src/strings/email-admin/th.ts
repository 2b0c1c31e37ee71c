import { type EmailAdminStrings, enUS } from './en-US';

export const th: EmailAdminStrings = { ...enUS };
