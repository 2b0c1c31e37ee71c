import { type AuditItem, auditRecordSchema } from '@callback-and-voicemail/contract';
import { toCsv, toJsonLines } from './audit-format';

const item = (more: Partial<AuditItem>): AuditItem => ({
  id: 'k',
  at: '2026-11-22T14:00:00.000Z',
  by: 'WK1',
  identity: 'sue',
  act: 'listen',
  result: 'allowed',
  ...more,
});

test('CSV has heads on its first page, and one row for each act', () => {
  const rows = [item({ entries: ['callback-1', 'callback-2'] })];
  expect(toCsv(rows, true)).toBe(
    'id,at,by,identity,act,result,code,entries,taskSid,detail,changes,queues,deleted\r\n' +
      'k,2026-11-22T14:00:00.000Z,WK1,sue,listen,allowed,,"[""callback-1"",""callback-2""]",,,,,\r\n',
  );
  expect(toCsv(rows, false).split('\r\n')).toHaveLength(2);
});

test('both exports have every field that a record of the audit may have', () => {
  const fields = ['id', ...Object.keys(auditRecordSchema.fields)];
  const whole = Object.fromEntries(fields.map((field) => [field, `of ${field}`])) as unknown as AuditItem;
  const [heads, cells] = toCsv([whole], true).split('\r\n');
  expect(heads!.split(',').sort()).toEqual([...fields].sort());
  expect(cells!.split(',')).toEqual(heads!.split(',').map((head) => `of ${head}`));
  expect(JSON.parse(toJsonLines([whole]))).toEqual(whole);
});

test('CSV says how much a run of retention deleted', () => {
  const deleted = { recordings: 2 };
  expect(toCsv([item({ act: 'retention', deleted: deleted as never })], false)).toContain(',"{""recordings"":2}"\r\n');
});

test.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+12025550101', "'+12025550101"],
  ['-1+2', "'-1+2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['＝1', "'＝1"],
  [' =1', "' =1"],
  ['\u200e=1', "'\u200e=1"],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  ['a\n=1', '"a\n=1"'],
  ['O"Hara, Ana', '"O""Hara, Ana"'],
])('case %#: a cell of %j is no formula', (identity, cell) => {
  expect(toCsv([item({ identity })], false)).toContain(`,${cell},listen`);
});

test('JSON lines hold one act a line', () => {
  const text = toJsonLines([item({ identity: 'a\nb' }), item({})]);
  expect(
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([item({ identity: 'a\nb' }), item({})]);
});
