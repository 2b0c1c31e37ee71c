/** The rules of Split Based On: the text tested, and the condition's value. Both come without blanks, in lower case. */
const RULES: Record<string, (input: string, value: string) => boolean> = {
  equal_to: (input, value) => input === value,
  not_equal_to: (input, value) => input !== value,
  matches_any_of: (input, value) => splitList(value).includes(input),
  does_not_match_any_of: (input, value) => !splitList(value).includes(input),
  is_blank: (input) => input === '',
  is_not_blank: (input) => input !== '',
  contains: (input, value) => input.includes(value),
  does_not_contain: (input, value) => !input.includes(value),
  starts_with: (input, value) => input.startsWith(value),
  does_not_start_with: (input, value) => !input.startsWith(value),
  less_than: (input, value) => compare(input, value, (a, b) => a < b),
  greater_than: (input, value) => compare(input, value, (a, b) => a > b),
};

/**
 * Whether a condition holds. "Studio conditions are not case-sensitive and automatically trim leading and trailing
 * spaces of the values" (docs/studio/widget-library/split-based-on).
 * @returns null for a type that is not modeled
 * @throws SyntaxError for an invalid regular expression
 */
export function evaluateCondition(type: string, input: string, value: string): boolean | null {
  // Not in lower case: \D is not \d.
  if (type === 'regex') return new RegExp(value.trim(), 'i').test(input.trim());
  const rule = RULES[type];
  return rule ? rule(input.trim().toLowerCase(), value.trim().toLowerCase()) : null;
}

function splitList(value: string): string[] {
  return value.split(',').map((word) => word.trim());
}

/** A value that is not a number is neither less nor greater. */
function compare(input: string, value: string, rule: (a: number, b: number) => boolean): boolean {
  return input !== '' && value !== '' && rule(Number(input), Number(value));
}
