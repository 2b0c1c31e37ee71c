import { formatMailbox, quoteSender } from './mailbox';

test.each([
  ['Ana Ruiz', 'Ana Ruiz <ana@example.com>'],
  ['Ruiz, Ana', '"Ruiz, Ana" <ana@example.com>'],
  ['Ana "Annie" Ruiz', '"Ana \\"Annie\\" Ruiz" <ana@example.com>'],
  ['C:\\Ana', '"C:\\\\Ana" <ana@example.com>'],
  ['ana@example.com', '"ana@example.com" <ana@example.com>'],
  ['Dr. Ruiz', '"Dr. Ruiz" <ana@example.com>'],
  ['דנה כהן', 'דנה כהן <ana@example.com>'],
  ['Ana\r\nBcc: eve@example.com', '"Ana Bcc: eve@example.com" <ana@example.com>'],
  ['', 'ana@example.com'],
  [undefined, 'ana@example.com'],
])('quotes the name %j as RFC 5322 asks', (name, expected) => {
  expect(formatMailbox('ana@example.com', name)).toBe(expected);
});

test.each([
  ['voicemail@example.com', 'voicemail@example.com'],
  ['Acme <voicemail@example.com>', 'Acme <voicemail@example.com>'],
  ['Acme, Inc. <voicemail@example.com>', '"Acme, Inc." <voicemail@example.com>'],
  ['"Acme, Inc." <voicemail@example.com>', '"Acme, Inc." <voicemail@example.com>'],
  ['"Acme" <voicemail@example.com>', 'Acme <voicemail@example.com>'],
  [' <voicemail@example.com> ', 'voicemail@example.com'],
])('keeps the sender %j one mailbox', (sender, expected) => {
  expect(quoteSender(sender)).toBe(expected);
});
