/**
 * Shapes of documents as plain data: each field with its type, limits and default, stated once. Parser, normalization,
 * the panel's field errors and the TypeScript types derive from it. No library: the plugin's official build cannot
 * parse zod, and every Function's bundle would carry it (ADR 0024).
 */
export type Schema =
  | TextSchema
  | NumberSchema
  | FlagSchema
  | ChoiceSchema
  | SubsetSchema
  | ListSchema
  | ObjectSchema
  | DictionarySchema
  | UnionSchema
  | OptionalSchema
  | DefaultSchema
  | FallbackSchema;

type Literal = string | number | boolean;
export type Fields = Readonly<Record<string, Schema>>;

interface TextLimits {
  /** An empty text is `missing`. */
  required?: boolean;
  maxLength?: number;
  /** What is wrong in a text: the whole, or the part that a user must correct; undefined: nothing. */
  invalidPart?: (text: string) => string | undefined;
  /** The form in which the text is stored. */
  normalize?: (text: string) => string;
}
export interface TextSchema extends TextLimits {
  kind: 'text';
}
interface NumberLimits {
  integer?: boolean;
  min?: number;
  max?: number;
}
export interface NumberSchema extends NumberLimits {
  kind: 'number';
}
export interface FlagSchema {
  kind: 'flag';
}
export interface ChoiceSchema<Choice extends Literal = Literal> {
  kind: 'choice';
  of: readonly Choice[];
}
/** Some of the choices, at least one, each once. */
export interface SubsetSchema<Choice extends Literal = Literal> {
  kind: 'subset';
  of: readonly Choice[];
}
interface ListLimits {
  min?: number;
  max?: number;
}
export interface ListSchema<Item extends Schema = Schema> extends ListLimits {
  kind: 'list';
  of: Item;
}
export interface ObjectSchema<F extends Fields = Fields, Unknown extends UnknownFields = UnknownFields> {
  kind: 'object';
  fields: F;
  /** Fields that the schema does not name. */
  unknown: Unknown;
}
type UnknownFields = 'kept' | 'dropped';
/** Any fields, any values. */
export interface DictionarySchema {
  kind: 'dictionary';
}
/** Several objects; the field `tag` says which one it is. */
export interface UnionSchema<Option extends ObjectSchema = ObjectSchema> {
  kind: 'union';
  tag: string;
  of: readonly Option[];
}
export interface OptionalSchema<Of extends Schema = Schema> {
  kind: 'optional';
  of: Of;
}
/** An absent value is read as `value`. */
export interface DefaultSchema<Of extends Schema = Schema> {
  kind: 'default';
  of: Of;
  value: unknown;
}
/** Any value that is not valid is read as `value`. */
export interface FallbackSchema<Of extends Schema = Schema> {
  kind: 'fallback';
  of: Of;
  value: unknown;
}

export const text = (limits: TextLimits = {}): TextSchema => ({ kind: 'text', ...limits });
export const number = (limits: NumberLimits = {}): NumberSchema => ({ kind: 'number', ...limits });
/** Milliseconds since 1970, before the year 10,000: ISO 8601 texts of later times have another form, and `Date` ends. */
export const timestamp = (): NumberSchema => number({ min: 0, max: 253_402_300_799_999 });
export const integer = (min: number, max: number): NumberSchema => number({ integer: true, min, max });
export const flag = (): FlagSchema => ({ kind: 'flag' });
export const choice = <Choice extends Literal>(...of: readonly Choice[]): ChoiceSchema<Choice> => ({
  kind: 'choice',
  of,
});
export const subset = <Choice extends Literal>(...of: readonly Choice[]): SubsetSchema<Choice> => ({
  kind: 'subset',
  of,
});
export const list = <Item extends Schema>(of: Item, limits: ListLimits = {}): ListSchema<Item> => ({
  kind: 'list',
  of,
  ...limits,
});
/** An object of which only the named fields are read. */
export const object = <F extends Fields>(fields: F): ObjectSchema<F, 'dropped'> => ({
  kind: 'object',
  fields,
  unknown: 'dropped',
});
/** An object whose unknown fields are kept, so that an older version does not erase what a newer one wrote. */
export const openObject = <F extends Fields>(fields: F): ObjectSchema<F, 'kept'> => ({
  kind: 'object',
  fields,
  unknown: 'kept',
});
export const dictionary = (): DictionarySchema => ({ kind: 'dictionary' });
export const union = <Options extends readonly ObjectSchema[]>(
  tag: string,
  ...of: Options
): UnionSchema<Options[number]> => ({
  kind: 'union',
  tag,
  of,
});
export const optional = <Of extends Schema>(of: Of): OptionalSchema<Of> => ({ kind: 'optional', of });
export const withDefault = <Of extends Schema>(of: Of, value: Infer<Of>): DefaultSchema<Of> => ({
  kind: 'default',
  of,
  value,
});
export const withFallback = <Of extends Schema>(of: Of, value: Infer<Of>): FallbackSchema<Of> => ({
  kind: 'fallback',
  of,
  value,
});

/** The type of what a schema reads. */
export type Infer<S> = Schema extends S
  ? unknown
  : S extends TextSchema
    ? string
    : S extends NumberSchema
      ? number
      : S extends FlagSchema
        ? boolean
        : S extends ChoiceSchema<infer Choice>
          ? Choice
          : S extends SubsetSchema<infer Choice>
            ? Choice[]
            : S extends ListSchema<infer Item>
              ? Infer<Item>[]
              : S extends ObjectSchema<infer F, infer Unknown>
                ? InferFields<F, Unknown>
                : S extends DictionarySchema
                  ? Record<string, unknown>
                  : S extends UnionSchema<infer Option>
                    ? Infer<Option>
                    : S extends OptionalSchema<infer Of> | DefaultSchema<infer Of> | FallbackSchema<infer Of>
                      ? Infer<Of>
                      : never;

type RequiredFields<F extends Fields> = {
  -readonly [K in keyof F as F[K] extends OptionalSchema ? never : K]: Infer<F[K]>;
};
type OptionalFields<F extends Fields> = {
  -readonly [K in keyof F as F[K] extends OptionalSchema ? K : never]?: Infer<F[K]>;
};
type Flat<T> = { [K in keyof T]: T[K] };
type InferFields<F extends Fields, Unknown> = Flat<RequiredFields<F> & OptionalFields<F>> &
  (Unknown extends 'kept' ? { [unknownField: string]: unknown } : unknown);

/** Where something may be in a document: `recipients.*.address`, with `*` for any index. */
export type PathOf<S> = Schema extends S
  ? string
  : S extends OptionalSchema<infer Of> | DefaultSchema<infer Of>
    ? PathOf<Of>
    : S extends ListSchema<infer Item>
      ? '*' | `*.${PathOf<Item>}`
      : S extends ObjectSchema<infer F>
        ? { [K in keyof F & string]: K | `${K}.${PathOf<F[K]>}` }[keyof F & string]
        : never;
