import { mergeRecipients, parseAddresses } from './parse-addresses';

const read = (text: string) => parseAddresses(text, ['clinic.org', 'example.com']);

test.each([
  ['ana@clinic.org', [{ address: 'ana@clinic.org' }]],
  [' Ana@Clinic.ORG ', [{ address: 'Ana@clinic.org' }]],
  ['Ana Ruiz <ana@clinic.org>', [{ address: 'ana@clinic.org', name: 'Ana Ruiz' }]],
  ['"Ruiz, Ana" <ana@clinic.org>', [{ address: 'ana@clinic.org', name: 'Ruiz, Ana' }]],
  ['ana@clinic.org, bob@example.com', [{ address: 'ana@clinic.org' }, { address: 'bob@example.com' }]],
  ['ana@clinic.org;bob@example.com\n', [{ address: 'ana@clinic.org' }, { address: 'bob@example.com' }]],
  ['ana@clinic.org bob@example.com', [{ address: 'ana@clinic.org' }, { address: 'bob@example.com' }]],
  ['ana+voicemail@clinic.org', [{ address: 'ana+voicemail@clinic.org' }]],
  [' , ;\n', []],
  [
    'Doe, Jane <jane@clinic.org>; "Roe, Rick" <rick@example.com>',
    [
      { address: 'jane@clinic.org', name: 'Doe, Jane' },
      { address: 'rick@example.com', name: 'Roe, Rick' },
    ],
  ],
  [
    'Doe, Jane <jane@clinic.org>, Roe, Rick, MD <rick@example.com>,',
    [
      { address: 'jane@clinic.org', name: 'Doe, Jane' },
      { address: 'rick@example.com', name: 'Roe, Rick, MD' },
    ],
  ],
  [
    'Jane Doe\tjane@clinic.org\r\nRick\tRoe\trick@example.com\r\n',
    [
      { address: 'jane@clinic.org', name: 'Jane Doe' },
      { address: 'rick@example.com', name: 'Rick Roe' },
    ],
  ],
  ['jane@clinic.org\trick@example.com', [{ address: 'jane@clinic.org' }, { address: 'rick@example.com' }]],
  ['jane@clinic.org\tJane Doe', [{ address: 'jane@clinic.org', name: 'Jane Doe' }]],
  [
    'Ana <ana@clinic.org> Bob <bob@example.com>',
    [
      { address: 'ana@clinic.org', name: 'Ana' },
      { address: 'bob@example.com', name: 'Bob' },
    ],
  ],
  ['<ana@clinic.org>, <bob@example.com>;', [{ address: 'ana@clinic.org' }, { address: 'bob@example.com' }]],
  ['mailto:ana@clinic.org?subject=Voicemail', [{ address: 'ana@clinic.org' }]],
  ['Ana Ruiz <mailto:ana@clinic.org>', [{ address: 'ana@clinic.org', name: 'Ana Ruiz' }]],
  ['Ana Ruiz [mailto:ana@clinic.org]', [{ address: 'ana@clinic.org', name: 'Ana Ruiz' }]],
  ["'ana@clinic.org' <ana@clinic.org>", [{ address: 'ana@clinic.org' }]],
  ['ana@clinic.org<mailto:ana@clinic.org>', [{ address: 'ana@clinic.org' }]],
  ['\u201cRuiz, Ana\u201d <ana@clinic.org>', [{ address: 'ana@clinic.org', name: 'Ruiz, Ana' }]],
  ['\u2018Ana Ruiz\u2019 <ana@clinic.org>', [{ address: 'ana@clinic.org', name: 'Ana Ruiz' }]],
  ['"Ana \\"Annie\\" Ruiz" <ana@clinic.org>', [{ address: 'ana@clinic.org', name: 'Ana "Annie" Ruiz' }]],
  ['ana@clinic.org (Ana Ruiz)', [{ address: 'ana@clinic.org', name: 'Ana Ruiz' }]],
  ['Ana Ruiz ana@clinic.org', [{ address: 'ana@clinic.org', name: 'Ana Ruiz' }]],
  ['ana@clinic.org,,bob@example.com,', [{ address: 'ana@clinic.org' }, { address: 'bob@example.com' }]],
  ['ana@clinic.org.', [{ address: 'ana@clinic.org' }]],
  ['\ufeffana@clinic.org\u00a0;\u200bbob@example.com', [{ address: 'ana@clinic.org' }, { address: 'bob@example.com' }]],
  ['דנה כהן <dana@clinic.org>', [{ address: 'dana@clinic.org', name: 'דנה כהן' }]],
])('%j is taken', (text, recipients) => {
  expect(read(text)).toEqual({ recipients, unparsed: '' });
});

test('a name that is too long is cut between whole characters', () => {
  const couple = '\u{1F468}\u200d\u{1F469}';
  const recipients = [{ address: 'ana@clinic.org', name: couple.repeat(20) }];
  expect(read(`${couple.repeat(30)} <ana@clinic.org>`)).toEqual({ recipients, unparsed: '' });
});

test.each([
  ['ana', 'malformed', 'ana'],
  ['ana@clinic', 'malformed', 'ana@clinic'],
  ['ana@clinic.org, ben@', 'malformed', 'ben@'],
  ['ana@elsewhere.com', 'domain-not-allowed', 'ana@elsewhere.com'],
  ['ana@sub.clinic.org', 'domain-not-allowed', 'ana@sub.clinic.org'],
  // A Cyrillic letter that looks like ours.
  ['ana@\u0441linic.org', 'malformed', 'ana@\u0441linic.org'],
  ['"ana ruiz"@clinic.org', 'malformed', '"ana ruiz"@clinic.org'],
  ['ana@clinic.org\u202e', 'malformed', 'ana@clinic.org\u202e'],
])('%j stays in the field with its error', (text, error, unparsed) => {
  expect(read(text)).toMatchObject({ error, unparsed });
});

test('ten thousand addresses are read in a moment', () => {
  const many = Array.from({ length: 10_000 }, (_, n) => `a${n}@clinic.org`).join(',');
  const before = process.cpuUsage();
  expect(read(many).recipients).toHaveLength(10_000);
  // CPU time: other programs on the machine do not count.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(2_000);
});

test('twice is once, and a name is learnt', () => {
  const present = [{ address: 'ana@clinic.org' }, { address: 'bob@example.com', name: 'Bob' }];
  expect(
    mergeRecipients(present, [
      { address: 'ana@clinic.org', name: 'Ana' },
      { address: 'bob@example.com', name: 'Robert' },
      { address: 'eve@clinic.org' },
    ]),
  ).toEqual([
    { address: 'ana@clinic.org', name: 'Ana' },
    { address: 'bob@example.com', name: 'Bob' },
    { address: 'eve@clinic.org' },
  ]);
});
