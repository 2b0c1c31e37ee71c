import type { Finding } from '../finding';
import type { Snapshot } from '../snapshot';
import { checkAccount } from './account';
import { checkFlex } from './flex';
import { checkFunctions } from './functions';
import { checkMail } from './mail';
import { checkNoApi } from './no-api';
import { checkRunning } from './running';
import { checkSync } from './sync';
import { checkTaskRouter } from './task-router';
import { checkTelephone } from './telephone';

/** Everything that is known of an account, judged. Pure. */
export const diagnose = (snapshot: Snapshot): Finding[] => [
  ...checkAccount(snapshot),
  ...checkFunctions(snapshot),
  ...checkSync(snapshot),
  ...checkTaskRouter(snapshot),
  ...checkTelephone(snapshot),
  ...checkFlex(snapshot),
  ...checkMail(snapshot),
  ...checkRunning(snapshot),
  ...checkNoApi(),
];
