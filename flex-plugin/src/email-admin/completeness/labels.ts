import type { GapReason, ReconciledClass, VoicemailPart } from '@callback-and-voicemail/contract/reconciliation';
import type { StringKey } from '../../strings/strings';

/** What the panel calls the results of voicemails, and their parts. */
const REASONS: Record<GapReason, StringKey> = {
  'under-way': 'GapUnderWay',
  deleted: 'GapDeleted',
  retention: 'GapRetention',
  erased: 'GapErased',
  'no-message': 'GapNoMessage',
  'stayed-in-line': 'GapStayedInLine',
  superseded: 'GapSuperseded',
  'recording-failed': 'GapRecordingFailed',
  unreadable: 'GapUnreadable',
  'task-lost': 'GapTaskLost',
  'no-task': 'GapNoTask',
  'email-off': 'GapEmailOff',
  'no-recipients': 'GapNoRecipients',
  'recipients-refused': 'GapRecipientsRefused',
  'recipients-unconfirmed': 'GapRecipientsUnconfirmed',
  'summed-up': 'GapSummedUp',
  'email-failed': 'GapEmailFailed',
};
export const CLASS_LABELS: Record<ReconciledClass, StringKey> = {
  ...REASONS,
  complete: 'GapComplete',
  unexplained: 'CompleteUnexplained',
};
export const PART_LABELS: Record<VoicemailPart, StringKey> = {
  recording: 'CompletePartRecording',
  entry: 'CompletePartEntry',
  task: 'CompletePartTask',
  email: 'CompletePartEmail',
};
