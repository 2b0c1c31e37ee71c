import { addressKey, isAllowedRecipient, normalizeAddress, uniqueRecipients } from './addresses';

test.each([
  ['  Ana.Ruiz@Example.COM ', 'Ana.Ruiz@example.com'],
  ['ana+voicemail@example.com', 'ana+voicemail@example.com'],
  ["o'brien@mail.example.co.uk", "o'brien@mail.example.co.uk"],
  ['a@xn--exmple-cua.com', 'a@xn--exmple-cua.com'],
])('%p is kept as %p', (typed, stored) => {
  expect(normalizeAddress(typed)).toBe(stored);
  expect(normalizeAddress(stored)).toBe(stored);
});

test.each([
  '',
  'ana',
  'ana@localhost',
  'ana@@example.com',
  'ana@example.com, bo@example.com',
  'Ana <ana@example.com>',
  '"ana b"@example.com',
  '"ana"@example.com',
  'ana@example.com\r\nBcc: thief@example.org',
  'ana\u0000@example.com',
  'ana@exаmple.com', // a Cyrillic а
  'аna@example.com',
  'ana@example。com',
  'ana@\u200bexample.com',
  '.ana@example.com',
  'ana.@example.com',
  'a..na@example.com',
  'ana@-example.com',
  'ana@example-.com',
  'ana@example..com',
  'ana@192.168.1.1',
  'ana@[192.168.1.1]',
  `${'a'.repeat(65)}@example.com`,
  `ana@${'a'.repeat(64)}.com`,
  'ana%evil.org@example.com',
  'evil.org!ana@example.com',
  '=?utf-8?q?ana=40evil.org=3e?=@example.com',
])('refuses %p', (typed) => {
  expect(normalizeAddress(typed)).toBeUndefined();
});

test('an address of more than 254 characters is not valid', () => {
  expect(normalizeAddress(`ana@${'a.'.repeat(130)}com`)).toBeUndefined();
});

test('an allowed domain is that one and no part of it', () => {
  const allowed = ['example.com'];
  expect(isAllowedRecipient('ana@Example.com', allowed)).toBe(true);
  for (const address of ['a@evil-example.com', 'a@example.com.evil.org', 'a@sub.example.com', 'a@evil.org'])
    expect(isAllowedRecipient(address, allowed)).toBe(false);
});

test('an allowed address allows no other one of its domain', () => {
  const allowed = ['boss@gmail.com', 'example.com'];
  expect(isAllowedRecipient('boss@GMAIL.com', allowed)).toBe(true);
  expect(isAllowedRecipient('ana@example.com', allowed)).toBe(true);
  for (const address of ['eve@gmail.com', 'Boss@gmail.com', 'boss@gmail.com.evil.org', 'eve@boss@gmail.com'])
    expect(isAllowedRecipient(address, allowed)).toBe(false);
});

test('the same domain in another case is the same address; another local part is another one', () => {
  expect(addressKey('Ana@EXAMPLE.com')).toBe(addressKey('Ana@example.com'));
  expect(addressKey('ana@example.com')).not.toBe(addressKey('Ana@example.com'));
  const first = { address: 'ana@example.com', name: 'Ana' };
  expect(uniqueRecipients([first, { address: 'ana@Example.com' }, { address: 'Ana@example.com' }])).toEqual([
    first,
    { address: 'Ana@example.com' },
  ]);
});
