import { serveScheduledReconciliation } from '../../../../email-admin/reconciliation';
import { requireBearer } from '../../../../http/bearer';
import { jsonFunction } from '../../../../http/handler';

/** For programs with OUTBOX_TOKEN, as `npm run reconcile`: compares a period, a page at a time. */
export const handler = jsonFunction('email/reconcile', async (invocation, { event, headers }) => {
  requireBearer(invocation.environment.values.OUTBOX_TOKEN, headers);
  return { status: 200, body: await serveScheduledReconciliation(invocation, event) };
});
