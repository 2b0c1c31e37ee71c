import { compileExpression, type Document, ExpressionError } from './expression';

const ana: Document = {
  type: 'callback',
  vip: true,
  level: 5,
  language: 'en',
  skills: ['support', 'sales'],
  callBackData: { attempts: 2, isDeleted: false, tags: ['a', 'b'] },
  nothing: null,
  name: "O'Neill",
  task: { caller: '+1', agents: ['WK1', 'WK2'] },
  worker: { sid: 'WK2', contact_uri: 'client:ana' },
};

test.each<[string, boolean]>([
  ['1==1', true],
  ['1==0', false],
  ['1 = 1', true],
  ["type == 'callback'", true],
  ['type == "callback"', true],
  ["type='callback'", true],
  ["type == 'Callback'", false],
  ["type != 'voicemail'", true],
  ["type != 'callback'", false],
  ['vip == true', true],
  ['vip == FALSE', false],
  ['level > 4', true],
  ['level >= 5', true],
  ['level < 5', false],
  ['level <= 5.0', true],
  ['level > -1', true],
  ['level > .5', true],
  ["level == '5'", false],
  ["level > '4'", false],
  ["language < 'fr'", true],
  ["language IN ['en', 'es']", true],
  ["language in ['fr']", false],
  ['language IN []', false],
  ["language NOT IN ['fr', 'es']", true],
  ["language not in ['en']", false],
  ['level IN [4, 5]', true],
  ["skills HAS 'support'", true],
  ["skills HAS 'billing'", false],
  ["type HAS 'callback'", false],
  ["type IN 'callback'", false],
  ["type CONTAINS 'back'", true],
  ["skills CONTAINS 'support'", false],
  ["skills == 'support'", false],
  ['callBackData.attempts == 2', true],
  ['callBackData.attempts < 2', false],
  ['callBackData.isDeleted == false', true],
  ["callBackData.tags[1] == 'b'", true],
  ['callBackData.tags[2] == null', true],
  ['task.caller == worker.contact_uri', false],
  ['worker.sid IN task.agents', true],
  ['worker.sid NOT IN task.agents', false],
  ["type == 'callback' AND level == 5", true],
  ["type == 'callback' AND level == 4", false],
  ["type == 'x' OR level == 5", true],
  ["type == 'x' AND level == 5 OR vip == true", true],
  ["type == 'x' AND (level == 5 OR vip == true)", false],
  ["NOT type == 'x'", true],
  ["NOT (type == 'callback' OR level == 4)", false],
  ['not not 1 == 1', true],
  ["(skills HAS 'support') AND (skills HAS 'sales')", true],
  ["name == 'O\\'Neill'", true],
  ['name == "O\'Neill"', true],
  ["'apple' != 'orange'", true],
])('%s is %s', (text, expected) => {
  expect(compileExpression(text).matches(ana)).toBe(expected);
});

test.each<[string, boolean]>([
  ["missing == 'x'", false],
  ["missing != 'x'", false],
  ['missing < 1', false],
  ["missing IN ['x']", false],
  ["missing NOT IN ['x']", false],
  ["missing HAS 'x'", false],
  ["missing CONTAINS 'x'", false],
  ['missing == other', false],
  ['worker.sid NOT IN task.missing', false],
  ['missing == null', true],
  ['missing != null', false],
  ['nothing == null', true],
  ['type != null', true],
  ['null == type', false],
  ["NOT (missing == 'x')", true],
  ['callBackData.missing.deeper == null', true],
  ['constructor == null', true],
])('of a key that is not there: %s is %s', (text, expected) => {
  expect(compileExpression(text).matches(ana)).toBe(expected);
});

test.each<[string, number, string]>([
  ['', 0, 'expected a value or a key'],
  ['   ', 3, 'expected a value or a key'],
  ['type', 4, 'expected a comparison operator'],
  ['true', 4, 'expected a comparison operator'],
  ['type ==', 7, 'expected a value or a key'],
  ["type == 'x", 8, 'a string that does not end, begun'],
  ["type === 'x'", 7, 'expected a value or a key'],
  ["type == 'x' 5", 12, 'expected AND, OR or the end'],
  ["(type == 'x'", 12, 'expected ")"'],
  ["type NOT 'x'", 9, 'expected IN after NOT'],
  ["type IN ['x'", 12, 'expected "," or "]"'],
  ['type == and', 8, 'expected a value or a key'],
  ["task-type == 'x'", 4, 'unexpected "-"'],
  ["type && 'x'", 5, 'unexpected "&"'],
  ['type == 12abc', 8, 'unexpected "1"'],
])('%p cannot be read, and it is said where', (text, position, problem) => {
  const failed = (() => {
    try {
      return compileExpression(text);
    } catch (error) {
      return error;
    }
  })();
  expect(failed).toBeInstanceOf(ExpressionError);
  expect(failed).toMatchObject({ position, problem });
});
