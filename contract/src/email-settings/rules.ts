import * as z from 'zod/mini';
import { recipientSchema } from './settings';

/** The rules are a document of their own: together with a hundred recipients they would not fit in one of Sync's. */
export const EMAIL_RULES_DOCUMENT = 'email-rules';
export const EMAIL_RULES_VERSION = 1;
export const MAX_RULES = 30;

const timeOfDay = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));
const isoDate = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/));

/** When a rule holds, in the settings' time zone. */
const whenSchema = z.looseObject({
  /** ISO weekdays, 1 is Monday; absent: every day. */
  days: z.optional(
    z.array(z.number().check(z.int(), z.minimum(1), z.maximum(7))).check(z.minLength(1), z.maxLength(7)),
  ),
  /** From this minute on, to before that one; `to` before `from` runs over midnight and belongs to the day it begins. */
  from: z.optional(timeOfDay),
  to: z.optional(timeOfDay),
  /** What holds on a holiday: as on any day, never, or only then. */
  holidays: z._default(z.enum(['as-any-day', 'never', 'only']), 'as-any-day'),
});

export const ruleSchema = z.looseObject({
  /** Stable while it is edited and moved. */
  id: z.string().check(z.regex(/^[a-z0-9-]{1,40}$/)),
  name: z.optional(z.string().check(z.maxLength(80))),
  enabled: z._default(z.boolean(), true),
  /** Names of task queues; absent or empty: any. */
  queues: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(100))).check(z.maxLength(20))),
  /** Dialled numbers in E.164; absent or empty: any. */
  numbers: z.optional(z.array(z.string().check(z.regex(/^\+[1-9]\d{6,14}$/))).check(z.maxLength(20))),
  when: z.optional(whenSchema),
  recipients: z.array(recipientSchema).check(z.minLength(1), z.maxLength(50)),
});

export const notificationRulesSchema = z.looseObject({
  version: z.literal(EMAIL_RULES_VERSION),
  /** `first`: the first rule that holds decides. `all`: everybody of every rule that holds. */
  match: z._default(z.enum(['first', 'all']), 'first'),
  rules: z.array(ruleSchema).check(z.maxLength(MAX_RULES)),
  holidays: z._default(
    z
      .array(z.looseObject({ date: isoDate, name: z.optional(z.string().check(z.maxLength(60))) }))
      .check(z.maxLength(60)),
    [],
  ),
});

export type RuleTimes = z.infer<typeof whenSchema>;
export type NotificationRule = z.infer<typeof ruleSchema>;
export type NotificationRules = z.infer<typeof notificationRulesSchema>;
