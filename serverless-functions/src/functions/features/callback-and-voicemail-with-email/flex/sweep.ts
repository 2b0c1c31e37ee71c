import { flexFunction } from '../../../../http/flex-function';
import { noteHealth } from '../../../../notification/health-notes';
import { sendMail } from '../../../../notification/send-mail';
import { SWEEP_OUTBOX, sweep } from '../../../../sweep/sweep';

/** Asked for by every signed-in agent's plugin from time to time: takes up whatever was left. Answers with counts. */
export const handler = flexFunction(
  'flex/sweep',
  async (invocation) => {
    const [result] = await Promise.all([
      sweep(invocation, SWEEP_OUTBOX),
      noteHealth(() => invocation.doors.sync, invocation.log, 'sweep'),
    ]);
    return { json: result };
  },
  { sendMail },
);
