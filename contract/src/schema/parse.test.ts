import { parse, parseOrThrow } from './parse';
import {
  choice,
  dictionary,
  flag,
  type Infer,
  integer,
  list,
  number,
  object,
  openObject,
  optional,
  type PathOf,
  type Schema,
  subset,
  text,
  union,
  withDefault,
  withFallback,
} from './schema';

const petSchema = openObject({
  name: text({ required: true, maxLength: 5, invalidPart: (name) => /\d+/.exec(name)?.[0] }),
  age: optional(integer(0, 30)),
  weight: optional(number()),
  tame: withDefault(flag(), true),
  days: optional(subset(1, 2, 3)),
  toys: withDefault(list(object({ kind: choice('ball', 'bone') }), { min: 1, max: 2 }), [{ kind: 'ball' }]),
  notes: optional(dictionary()),
  color: optional(withFallback(choice('black', 'unknown'), 'unknown')),
  home: optional(
    union('type', object({ type: choice('house'), rooms: number() }), object({ type: choice('none', 'lost') })),
  ),
});
const rex = { name: 'Rex' };
const issuesOf = (change: object) => {
  const parsed = parse(petSchema, { ...rex, ...change });
  return parsed.ok ? [] : parsed.issues;
};

test('reads defaults, keeps unknown fields of open objects and drops those of others', () => {
  expect(parse(petSchema, { ...rex, breed: { of: 'x' }, toys: [{ kind: 'bone', price: 2 }] })).toEqual({
    ok: true,
    value: { name: 'Rex', breed: { of: 'x' }, tame: true, toys: [{ kind: 'bone' }] },
  });
  expect(parse(petSchema, { ...rex, home: { type: 'lost', rooms: 2 } })).toMatchObject({
    value: { home: { type: 'lost' } },
  });
  expect(parseOrThrow(petSchema, { ...rex, color: 'green' }).color).toBe('unknown');
});

test('does not share its defaults', () => {
  parseOrThrow(petSchema, rex).toys.push({ kind: 'bone' });
  expect(parseOrThrow(petSchema, rex).toys).toEqual([{ kind: 'ball' }]);
});

const issues: [object, string, string, string?][] = [
  [{ name: undefined }, 'name', 'missing'],
  [{ name: ' ' }, 'name', 'missing'],
  [{ name: 'Bobbie' }, 'name', 'too-long', 'Bobbie'],
  [{ name: 'R2' }, 'name', 'malformed', '2'],
  [{ name: 7 }, 'name', 'malformed'],
  [{ age: 31 }, 'age', 'malformed'],
  [{ age: -1 }, 'age', 'malformed'],
  [{ age: 1.5 }, 'age', 'malformed'],
  [{ weight: Number.NaN }, 'weight', 'malformed'],
  [{ weight: '7' }, 'weight', 'malformed'],
  [{ weight: null }, 'weight', 'malformed'],
  [{ tame: 'yes' }, 'tame', 'malformed'],
  [{ days: [4] }, 'days', 'malformed'],
  [{ days: [] }, 'days', 'missing'],
  [{ days: [1, 1] }, 'days', 'duplicate'],
  [{ toys: {} }, 'toys', 'malformed'],
  [{ toys: [] }, 'toys', 'missing'],
  [{ toys: [{ kind: 'ball' }, { kind: 'cat' }] }, 'toys.1.kind', 'malformed'],
  [{ toys: [{ kind: 'ball' }, { kind: 'ball' }, { kind: 'ball' }] }, 'toys', 'too-many', '3/2'],
  [{ toys: [7] }, 'toys.0', 'malformed'],
  [{ notes: [] }, 'notes', 'malformed'],
  [{ home: 'house' }, 'home', 'malformed'],
  [{ home: { type: 'tent' } }, 'home.type', 'malformed'],
  [{ home: { type: 'house' } }, 'home.rooms', 'missing'],
];
test.each(
  issues.map(([change, path, code, value]) => [JSON.stringify(change), change, { path, code, value }] as const),
)('refuses %s', (_title, change, issue) => {
  expect(issuesOf(change)).toEqual([issue]);
});

test.each([undefined, null, [], 'text', 7])('%p is no object', (data) => {
  expect(parse(petSchema, data).ok).toBe(false);
});

test('throws for a value in the code that is not valid', () => {
  expect(() => parseOrThrow(petSchema, { name: '', age: 'old' })).toThrow('name: missing, age: malformed');
});

test('types and paths follow from the schema', () => {
  type Same<A, B> = [A, B] extends [B, A] ? true : false;
  type Pet = Infer<typeof petSchema>;
  interface WrittenOut {
    [unknownField: string]: unknown;
    name: string;
    age?: number;
    weight?: number;
    tame: boolean;
    days?: (1 | 2 | 3)[];
    toys: { kind: 'ball' | 'bone' }[];
    notes?: Record<string, unknown>;
    color?: 'black' | 'unknown';
    home?: { type: 'house'; rooms: number } | { type: 'none' | 'lost' };
  }
  const types: [Same<Pet, WrittenOut>, Same<Pet['home'], WrittenOut['home']>, Same<Pet['toys'], WrittenOut['toys']>] = [
    true,
    true,
    true,
  ];
  const paths: PathOf<typeof petSchema>[] = ['name', 'toys', 'toys.*', 'toys.*.kind'];
  // @ts-expect-error there is no such field
  const wrong: PathOf<typeof petSchema> = 'toys.*.size';
  const anySchema: Schema = petSchema;
  expect([types.length, paths.length, wrong, anySchema.kind]).toEqual([3, 4, 'toys.*.size', 'object']);
});
