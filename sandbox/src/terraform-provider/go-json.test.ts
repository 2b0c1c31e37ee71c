import { goJson } from './go-json';

test('keys are in order, without blanks, as jsonencode of Terraform writes them', () => {
  expect(goJson({ b: [1, 'x', null], a: { d: true, c: 0.5 } })).toBe('{"a":{"c":0.5,"d":true},"b":[1,"x",null]}');
});

test('characters that mean something in HTML are escaped, in keys as well', () => {
  expect(goJson({ 'a&b': '<x> >= "y"' })).toBe('{"a\\u0026b":"\\u003cx\\u003e \\u003e= \\"y\\""}');
  expect(goJson('\u2028')).toBe('"\\u2028"');
});
