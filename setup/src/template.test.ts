import { fillTemplate } from './template';

test('every name is replaced, as often as it stands there', () => {
  expect(fillTemplate('${a} ${b} ${a}', { a: '1', b: '2' })).toBe('1 2 1');
});

test('what is not known yet stays', () => {
  expect(fillTemplate('${a} ${b}', { a: '1', b: undefined })).toBe('1 ${b}');
});

test('a name without a value is refused', () => {
  expect(() => fillTemplate('${a}', {})).toThrow('which has no value');
});

test('a value that looks like a template is not filled again', () => {
  expect(fillTemplate('${a}', { a: '${b}$&' })).toBe('${b}$&');
});
