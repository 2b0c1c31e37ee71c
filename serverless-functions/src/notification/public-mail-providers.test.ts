import { isPublicMailProvider } from './public-mail-providers';

test.each(['gmail.com', 'outlook.com', 'web.de', 'yahoo.co.jp', 'bol.com.br', 'proton.me'])(
  '%s is public',
  (domain) => {
    expect(isPublicMailProvider(domain)).toBe(true);
  },
);

test.each(['twilio.com', 'example.com', 'mail.gmail.com', ''])('%p is not public', (domain) => {
  expect(isPublicMailProvider(domain)).toBe(false);
});
