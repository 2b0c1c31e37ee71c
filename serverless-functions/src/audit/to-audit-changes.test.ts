import { toAuditChanges } from './to-audit-changes';

const json = JSON.stringify;
const ANA = { address: 'ana@example.com' };
const BO = { address: 'bo@example.com' };

test('of recipients and holidays, only those that came and went are named', () => {
  const sixty = Array.from({ length: 60 }, (_, n) => ({ address: `p${n}@example.com` }));
  expect(toAuditChanges([{ field: 'recipients', from: json(sixty), to: json([...sixty.slice(1), ANA]) }])).toEqual([
    { field: 'recipients', added: [json(ANA)], removed: [json(sixty[0])] },
  ]);
  expect(toAuditChanges([{ field: 'holidays', to: json([{ date: '2026-12-25' }]) }])).toEqual([
    { field: 'holidays', added: ['{"date":"2026-12-25"}'] },
  ]);
});

test('a rule keeps both its versions beside the recipients that came and went', () => {
  const [was, is] = [
    { id: 'a', recipients: [ANA] },
    { id: 'a', name: 'Sales', recipients: [ANA, BO] },
  ];
  expect(toAuditChanges([{ field: 'rules.a', from: json(was), to: json(is) }])).toEqual([
    { field: 'rules.a', from: '{"id":"a"}', to: '{"id":"a","name":"Sales"}', added: [json(BO)] },
  ]);
});

test('other fields keep the value before and after', () => {
  const changes = [
    { field: 'enabled', from: 'true', to: 'false' },
    { field: 'rules.order', from: '["a","b"]', to: '["b","a"]' },
  ];
  expect(toAuditChanges(changes)).toEqual(changes);
});
