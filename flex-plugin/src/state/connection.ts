import { createAction } from '@reduxjs/toolkit';
import type { FailureCode } from '../functions-client/functions-error';
import { STATE_KEY } from './plugin-state';

/** The browser is online again: what failed for want of a connection says so no more. */
export const connectionRestored = createAction(`${STATE_KEY}/connectionRestored`);

const CONNECTION_CODES: readonly FailureCode[] = ['offline', 'unreachable', 'timed-out'];

/** @returns true for a failure that says nothing of what was asked for */
export const isConnectionFailure = (status: { step: string; failure?: FailureCode } | undefined): boolean =>
  status?.step === 'failed' && status.failure !== undefined && CONNECTION_CODES.includes(status.failure);
