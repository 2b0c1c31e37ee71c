import { flexFunction } from '../../../../http/flex-function';
import { noteNowAndThen } from '../../../../notification/health-notes';
import { sendMail } from '../../../../notification/send-mail';
import { OUTBOX_SWEEP_BOUNDS, sweep } from '../../../../sweep/sweep';

/** Asked for by every signed-in agent's plugin from time to time: takes up whatever was left. Answers with counts. */
export const handler = flexFunction(
  'flex/sweep',
  async (invocation) => {
    const [result] = await Promise.all([
      sweep(invocation, OUTBOX_SWEEP_BOUNDS),
      noteNowAndThen(() => invocation.twilio.sync, invocation.log, invocation.environment, 'sweep'),
    ]);
    return { json: result };
  },
  { sendMail },
);
