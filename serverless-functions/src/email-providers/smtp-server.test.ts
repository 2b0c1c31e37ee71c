import { parseSmtpUrl } from './smtp-server';

test.each([
  ['smtps://mail.example.com', { host: 'mail.example.com', port: 465, isTlsAtOnce: true, isLoopback: false }],
  ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, isTlsAtOnce: false, isLoopback: false }],
  ['smtp://mail.example.com:2525/', { host: 'mail.example.com', port: 2525, isTlsAtOnce: false, isLoopback: false }],
  ['smtp://localhost:25', { host: 'localhost', port: 25, isTlsAtOnce: false, isLoopback: true }],
  ['smtp://127.0.0.1.example.com', { host: '127.0.0.1.example.com', port: 587, isTlsAtOnce: false, isLoopback: false }],
  ['smtp://[::1]:25', { host: '::1', port: 25, isTlsAtOnce: false, isLoopback: true }],
  [
    'smtps://us%40er:p%3Ass%25@mail.example.com:465',
    { host: 'mail.example.com', port: 465, isTlsAtOnce: true, isLoopback: false, user: 'us@er', password: 'p:ss%' },
  ],
])('%s', (url, expected) => {
  expect(parseSmtpUrl(url)).toEqual(expected);
});

test('a percent sign that is not encoded stands for itself', () => {
  expect(parseSmtpUrl('smtp://user:100%25%zz@mail.example.com')).toMatchObject({ password: '100%25%zz' });
});
