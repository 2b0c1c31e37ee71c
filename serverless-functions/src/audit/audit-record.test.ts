import type { AuditChange, AuditRecord } from '@callback-and-voicemail/contract';
import { auditKey, auditMapName, resultKey, splitRecord, toAuditItems } from './audit-record';

const KEY = auditKey(Date.UTC(2026, 10, 22, 14), 'a'.repeat(32));
const HEAD = { at: '2026-11-22T14:00:00.000Z', by: `WK${'0'.repeat(32)}`, identity: 'sue' };
const record = (changes: AuditChange[]): AuditRecord => ({
  ...HEAD,
  act: 'save-settings',
  result: 'allowed',
  changes,
});
/** As Sync lists them, the newest first. */
const stored = (parts: { key: string; record: AuditRecord }[]) =>
  parts
    .map((part) => ({ key: part.key, data: JSON.parse(JSON.stringify(part.record)) as Record<string, unknown> }))
    .sort((a, b) => (a.key < b.key ? 1 : -1));

test('a small act is one item in the map of its month', () => {
  const parts = splitRecord(KEY, record([{ field: 'enabled', from: 'true', to: 'false' }]));
  expect(parts.map(({ key }) => key)).toEqual([KEY]);
  expect(auditMapName(KEY)).toBe('audit-2026-11');
});

test('what does not fit in one item goes on in the next, and is read whole', () => {
  const changes = [
    {
      field: 'recipients',
      added: Array.from({ length: 100 }, (_, n) => `{"address":"${'x'.repeat(200)}${n}@example.com"}`),
    },
    { field: 'unknown', from: `"${'"'.repeat(14_000)}"`, to: `"${'é'.repeat(14_000)}"` },
    { field: 'rules.order' },
  ];
  const parts = splitRecord(KEY, record(changes));
  expect(parts.length).toBeGreaterThan(5);
  for (const part of parts) expect(Buffer.byteLength(JSON.stringify(part.record))).toBeLessThan(10 * 1024);
  expect(toAuditItems(stored(parts))).toEqual([{ id: KEY, ...record(changes) }]);
});

test('what came of an act is shown with it', () => {
  const result = { key: resultKey(KEY), record: { ...HEAD, act: 'delete', result: 'failed', code: 'x' } as const };
  const [only] = splitRecord(KEY, { ...HEAD, act: 'delete', result: 'allowed', entries: ['callback-1'] });
  expect(toAuditItems(stored([only!, result]))).toEqual([
    { id: KEY, ...HEAD, act: 'delete', result: 'failed', code: 'x', entries: ['callback-1'] },
  ]);
});

test('an act without its first item, and items of nobody, are left out', () => {
  const parts = splitRecord(KEY, record([{ field: 'footer', to: `"${'x'.repeat(20_000)}"` }]));
  const foreign = { key: 'zzz', data: {} };
  expect(toAuditItems([foreign, ...stored(parts.slice(1))])).toEqual([]);
});
