import { parse } from '../schema';
import { DEFAULT_RETENTION, retentionErrors, retentionSchema } from './retention';
import { defaultSettings, parseStoredSettings } from './stored-settings';

test('settings that were stored before there was retention keep recordings, and the rest as before', () => {
  const stored = parseStoredSettings({ version: 1, enabled: true, recipients: [] });
  expect(stored).toMatchObject({ ok: true, value: { retention: { entries: 30, history: 30, audit: 365 } } });
  expect(defaultSettings().retention).toEqual(DEFAULT_RETENTION);
});

test('a kind that is left out has its default', () => {
  expect(parse(retentionSchema, { recordings: 14 })).toEqual({
    ok: true,
    value: { recordings: 14, entries: 30, history: 30, audit: 365 },
  });
});

test.each([
  ['recordings', 1],
  ['recordings', 351],
  ['entries', 6],
  ['history', 7.5],
  ['audit', 89],
  ['audit', 366],
])('%s are not kept for %d days', (kind, days) => {
  const parsed = parse(retentionSchema, { [kind]: days });
  expect(parsed).toMatchObject({ ok: false, issues: [{ path: kind, code: 'malformed' }] });
});

test('an entry is kept as long as its recording, and its history row as long as the entry', () => {
  expect(retentionErrors({ recordings: 30, entries: 30, history: 30 })).toEqual([]);
  expect(retentionErrors({ entries: 7 })).toEqual([]);
  expect(retentionErrors({ recordings: 90 })).toEqual([
    { path: 'retention.entries', code: 'kept-too-short', value: '90' },
  ]);
  expect(retentionErrors({ recordings: 20, entries: 60, history: 40 })).toEqual([
    { path: 'retention.history', code: 'kept-too-short', value: '60' },
  ]);
});

test('what no kind can be kept for is not asked of the others', () => {
  expect(retentionErrors({ recordings: 400 })).toEqual([]);
  expect(retentionErrors({ recordings: 350 })).toHaveLength(1);
});

test('what is no number is another error', () => {
  expect(retentionErrors({ recordings: 'x', entries: null, history: 7 })).toEqual([]);
  expect(retentionErrors(undefined)).toEqual([]);
});
