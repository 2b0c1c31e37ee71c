import { readByteRange } from './byte-range';

test.each([
  [undefined, { start: 0 }],
  ['', { start: 0 }],
  ['bytes=0-', { start: 0 }],
  ['bytes=0-1', { start: 0, length: 2 }],
  [' bytes=524288-1048575 ', { start: 524_288, length: 524_288 }],
  ['bytes=7-7', { start: 7, length: 1 }],
  // Of another form, or impossible: all of it, of which a part is sent.
  ['bytes=-500', { start: 0 }],
  ['bytes=9-5', { start: 0 }],
  ['bytes=0-1,5-6', { start: 0 }],
  ['lines=1-2', { start: 0 }],
  ['bytes=1e3-', { start: 0 }],
  [`bytes=${'9'.repeat(40)}-`, { start: 0 }],
  [['bytes=1-', 'bytes=2-'], { start: 0 }],
])('the header %j is %j', (range, expected) => {
  expect(readByteRange({}, { range })).toEqual(expected);
});

test.each([
  ['0', { start: 0 }],
  ['524288', { start: 524_288 }],
  ['-1', undefined],
  ['1e3', undefined],
  ['', undefined],
  [['1', '2'], undefined],
  [{ a: 1 }, undefined],
])('the parameter %j is %j, whatever the header says', (from, expected) => {
  expect(readByteRange({ from }, { range: 'bytes=5-6' })).toEqual(expected);
});
