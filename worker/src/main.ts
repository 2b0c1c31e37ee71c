import { createLog } from '../../serverless-functions/src/runtime/log';
import { startWorker } from './start-worker';

/** `npm run worker`: docs/how-to/run-the-worker.md. */

/** What is under way is done by then; systemd waits longer before it kills. */
const STOP_WITHIN_MS = 40_000;

const log = createLog('worker');

startWorker(process.env, log).then(
  ({ stop }) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
        void stop().then(() => process.exit(0));
      });
  },
  (error: unknown) => {
    log.error('not started', { advice: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  },
);
