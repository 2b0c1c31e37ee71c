/** One text for each plural category that the language has (`Intl.PluralRules`), chosen by the variable `count`. */
type PluralForms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

/** A text for people; `{{name}}` marks the place of a variable. */
export type Message = string | PluralForms;
