import { flexFunction } from '../../../../http/flex-function';
import { sendMail } from '../../../../notification/send-mail';
import { SWEEP_OUTBOX, sweep } from '../../../../sweep/sweep';

/** Asked for by every signed-in agent's plugin from time to time: takes up whatever was left. Answers with counts. */
export const handler = flexFunction(
  'flex/sweep',
  async (invocation) => ({ json: await sweep(invocation, SWEEP_OUTBOX) }),
  { sendMail },
);
