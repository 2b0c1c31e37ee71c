import type { EmailAdminStrings } from './en-US';
import { es } from './es';

export const esMX: EmailAdminStrings = {
  ...es,
  RecipientAdd: 'Agregar',
  RecipientsAdded: 'Se agregaron {{count}}.',
  RecipientsHelp:
    'Solo direcciones de {{domains}}. Para agregar un nombre: Ana Ruiz <ana@…>. Se pueden pegar varias a la vez.',
  MailPreviewWide: 'en una computadora',
  RuleAdd: 'Agregar una regla',
  HolidayAdd: 'Agregar el día',
  RuleHolidays: 'En días feriados',
  RuleNotOnHolidays: '(no en días feriados)',
  RuleOnlyOnHolidays: 'solo en días feriados',
  HolidaysTitle: 'Días feriados ({{count}})',
  FieldHolidays: 'Días feriados',
  FieldErrorNoRecipients: 'Alguien tiene que recibir los correos: agregue un destinatario o desactive el correo.',
  ProviderDomainNotVerified:
    'El dominio aún no está verificado. Agregue los registros DNS que pide {{provider}} y espere a que se encuentren.',
};
