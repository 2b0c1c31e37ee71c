import { dateTimeFormat, numberFormat } from './intl-formats';

test('the same language and options have the same formatter, others another', () => {
  expect(numberFormat('en-US', { maximumFractionDigits: 2 })).toBe(numberFormat('en-US', { maximumFractionDigits: 2 }));
  expect(numberFormat('de', { maximumFractionDigits: 2 }).format(1.5)).toBe('1,5');
  expect(numberFormat('de', { maximumFractionDigits: 0 }).format(1.4)).toBe('1');
});

test('local times follow the browser to another time zone', () => {
  const offset = jest.spyOn(Date.prototype, 'getTimezoneOffset').mockReturnValue(0);
  const before = dateTimeFormat('en-US', { hour: 'numeric' });
  offset.mockReturnValue(-120);
  expect(dateTimeFormat('en-US', { hour: 'numeric' })).not.toBe(before);
  const fixed = dateTimeFormat('en-US', { hour: 'numeric', timeZone: 'UTC' });
  offset.mockReturnValue(0);
  expect(dateTimeFormat('en-US', { hour: 'numeric' })).toBe(before);
  expect(dateTimeFormat('en-US', { hour: 'numeric', timeZone: 'UTC' })).toBe(fixed);
  offset.mockRestore();
});

test('an unknown time zone is refused each time', () => {
  for (let attempt = 0; attempt < 2; attempt += 1)
    expect(() => dateTimeFormat('en-US', { timeZone: 'Mars/Olympus' })).toThrow(RangeError);
});
