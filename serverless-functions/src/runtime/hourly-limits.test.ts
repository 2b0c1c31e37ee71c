import { parseHourlyLimits } from './hourly-limits';

test('reads limits by provider, with commas or blanks between', () => {
  expect(parseHourlyLimits('mailgun=100, SMTP=500')).toEqual(
    new Map([
      ['mailgun', 100],
      ['smtp', 500],
    ]),
  );
});

test.each(['', 'mailgun', 'mailgun=0', 'mailgun=-1', 'mailgun=1e3', 'mailgun=1,mailgun=2', 'pigeon=5', 'smtp=1000001'])(
  'refuses %p',
  (value) => {
    expect(parseHourlyLimits(value)).toBeUndefined();
  },
);
