import type { EmailAdminStrings } from './en-US';
import { es } from './es';

export const esES: EmailAdminStrings = { ...es };
