import {
  choice,
  flag,
  type Infer,
  list,
  openObject,
  optional,
  subset,
  type TextSchema,
  text,
  withDefault,
} from '../schema';
import { E164_NUMBER, END_OF_SPAN, TIME_OF_DAY } from './formats';
import { EMAIL_RULES_VERSION, MAX_HOLIDAYS, MAX_RULES } from './limits';
import { formatted, line, matching, recipientSchema } from './settings';
import { isCalendarDate } from './zoned-time';

const timeOfDay = matching(TIME_OF_DAY);
const queueName: TextSchema = text({ ...line(100), required: true });

/** ISO weekdays, 1 is Monday. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

/** When a rule applies, in the settings' time zone. */
const ruleTimesSchema = openObject({
  /** Absent: every day. */
  days: optional(subset<number>(...WEEKDAYS)),
  /** `HH:MM`, included. */
  from: optional(timeOfDay),
  /** `HH:MM`, excluded, but for 23:59, which is the end of the day as 24:00 is. Before `from`: over midnight, and the whole span belongs to the day on which it begins. */
  to: optional(matching(END_OF_SPAN)),
  holidays: withDefault(choice('as-any-day', 'never', 'only'), 'as-any-day'),
});
export type RuleTimes = Infer<typeof ruleTimesSchema>;

const ruleSchema = openObject({
  /** Unchanged when the rule is edited or moved. */
  id: matching(/^[a-z0-9-]{1,40}$/),
  name: optional(line(80)),
  enabled: withDefault(flag(), true),
  /** Names of task queues; absent or empty: any. */
  queues: optional(list(queueName, { max: 20 })),
  /** Dialed numbers in E.164; absent or empty: any. */
  numbers: optional(list(matching(E164_NUMBER), { max: 20 })),
  when: optional(ruleTimesSchema),
  recipients: list(recipientSchema, { min: 1, max: 50 }),
});
export type NotificationRule = Infer<typeof ruleSchema>;

const holidaySchema = openObject({
  /** `YYYY-MM-DD`. */
  date: formatted(isCalendarDate),
  name: optional(line(60)),
});

/** The rules that choose recipients. They are one Sync document, which the settings name. */
export const notificationRulesSchema = openObject({
  version: choice(EMAIL_RULES_VERSION),
  /** `first`: the first matching rule decides. `all`: the recipients of every matching rule get the email. */
  match: withDefault(choice('first', 'all'), 'first'),
  rules: list(ruleSchema, { max: MAX_RULES }),
  holidays: withDefault(list(holidaySchema, { max: MAX_HOLIDAYS }), []),
});
export type NotificationRules = Infer<typeof notificationRulesSchema>;
