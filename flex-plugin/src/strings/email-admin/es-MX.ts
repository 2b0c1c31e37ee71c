import type { EmailAdminStrings } from './en-US';
import { es } from './es';

export const esMX: EmailAdminStrings = { ...es };
