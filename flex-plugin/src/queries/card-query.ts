import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { QueryClient } from '@tanstack/react-query';
import { type FailureCode, failureCode } from '../functions-client/functions-error';

/** The cache key of a task's card. */
export const cardQueryKey = (taskSid: string) => ['card', taskSid] as const;

/** Between polls while an automated call asks: an agent waits for the answer. */
const ASKING_POLL_MS = 4_000;
/** Delays between polls: longer the more polls brought nothing. The last one stays. */
const POLL_DELAYS_MS = [5_000, 5_000, 10_000, 20_000, 30_000];
/** The provider reports a delivery within a minute or two, as a rule. */
const DELIVERY_REPORT_MS = 2 * 60_000;

/** Failures that may pass without anyone doing anything: they do not end polling. */
const TRANSIENT_CODES: readonly FailureCode[] = [
  'busy',
  'rate-limited',
  'twilio-unavailable',
  'unreachable',
  'timed-out',
  'failed',
];

/** The part of a query's state that decides whether it is polled again. */
interface PollState {
  error: unknown;
  dataUpdateCount: number;
  errorUpdateCount: number;
}

/**
 * @returns milliseconds until the card is fetched again; false while nothing of it is expected to change
 */
export function cardPollDelay(card: VoicemailCard | undefined, state: PollState): number | false {
  if (card === undefined || !isAwaitingUpdates(card, Date.now())) return false;
  if (state.error !== null && !TRANSIENT_CODES.includes(failureCode(state.error))) return false;
  if (card.confirmation?.state === 'calling') return ASKING_POLL_MS;
  const polls = Math.max(0, state.dataUpdateCount + state.errorUpdateCount - 1);
  return POLL_DELAYS_MS[Math.min(polls, POLL_DELAYS_MS.length - 1)]!;
}

function isAwaitingUpdates(card: VoicemailCard, now: number): boolean {
  const { transcript, email, confirmation } = card;
  const isUnfinished = transcript.state === 'pending' || confirmation?.state === 'calling';
  return isUnfinished || isBeingSent(email, now) || isAwaitingDelivery(email, now);
}

/** One that waits for other voicemails does not change until then. */
const isBeingSent = ({ state, summaryAt }: VoicemailCard['email'], now: number) =>
  state === 'pending' && (summaryAt === undefined || Date.parse(summaryAt) <= now);

function isAwaitingDelivery({ state, sentAt, delivered, bounced }: VoicemailCard['email'], now: number): boolean {
  const isReported = delivered !== undefined || bounced !== undefined;
  return state === 'sent' && !isReported && sentAt !== undefined && now - Date.parse(sentAt) < DELIVERY_REPORT_MS;
}

/** @returns the card without its recording and transcript, as after a deletion */
export const withoutRecording = (card: VoicemailCard): VoicemailCard => ({
  ...card,
  recording: { state: 'deleted' },
  transcript: { state: 'none' },
});

/** Shows at once what came of the request to ask, before the card is fetched again. */
export function showConfirmationInCache(
  queryClient: QueryClient,
  taskSid: string,
  confirmation: VoicemailCard['confirmation'],
): void {
  queryClient.setQueryData<VoicemailCard>(cardQueryKey(taskSid), (card) => card && { ...card, confirmation });
}

/** Shows a deletion at once, before the card is fetched again. */
export function removeRecordingFromCache(queryClient: QueryClient, taskSid: string): void {
  queryClient.setQueryData<VoicemailCard>(cardQueryKey(taskSid), (card) => card && withoutRecording(card));
}
