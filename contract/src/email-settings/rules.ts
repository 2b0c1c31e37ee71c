import * as z from 'zod/mini';
import {
  E164_NUMBER,
  EMAIL_RULES_VERSION,
  ISO_DATE,
  MAX_HOLIDAYS,
  MAX_LENGTH,
  MAX_NUMBERS_PER_RULE,
  MAX_QUEUES_PER_RULE,
  MAX_RECIPIENTS_PER_RULE,
  MAX_RULES,
  RULE_ID,
  TIME_OF_DAY,
} from './limits';
import { recipientSchema } from './settings';

const timeOfDay = z.string().check(z.regex(TIME_OF_DAY));
const isoDate = z.string().check(z.regex(ISO_DATE));

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
  id: z.string().check(z.regex(RULE_ID)),
  name: z.optional(z.string().check(z.maxLength(MAX_LENGTH.ruleName))),
  enabled: z._default(z.boolean(), true),
  /** Names of task queues; absent or empty: any. */
  queues: z.optional(
    z
      .array(z.string().check(z.minLength(1), z.maxLength(MAX_LENGTH.queueName)))
      .check(z.maxLength(MAX_QUEUES_PER_RULE)),
  ),
  /** Dialed numbers in E.164; absent or empty: any. */
  numbers: z.optional(z.array(z.string().check(z.regex(E164_NUMBER))).check(z.maxLength(MAX_NUMBERS_PER_RULE))),
  when: z.optional(whenSchema),
  recipients: z.array(recipientSchema).check(z.minLength(1), z.maxLength(MAX_RECIPIENTS_PER_RULE)),
});

export const notificationRulesSchema = z.looseObject({
  version: z.literal(EMAIL_RULES_VERSION),
  /** `first`: the first rule that holds decides. `all`: everybody of every rule that holds. */
  match: z._default(z.enum(['first', 'all']), 'first'),
  rules: z.array(ruleSchema).check(z.maxLength(MAX_RULES)),
  holidays: z._default(
    z
      .array(z.looseObject({ date: isoDate, name: z.optional(z.string().check(z.maxLength(MAX_LENGTH.holidayName))) }))
      .check(z.maxLength(MAX_HOLIDAYS)),
    [],
  ),
});
