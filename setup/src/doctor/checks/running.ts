import { type Finding, right, unknown, wrong } from '../finding';
import { isUnread, type Snapshot } from '../snapshot';

const DAY_MS = 24 * 60 * 60_000;
/** A scheduler calls every few minutes. */
const SCHEDULER_SILENT_MS = 30 * 60_000;

/** What has happened lately. */
export function checkRunning(snapshot: Snapshot): Finding[] {
  return [...checkScheduler(snapshot), ...checkAlerts(snapshot)];
}

function checkScheduler({ schedulerSeenAt: seenAt, takenAt }: Snapshot): Finding[] {
  if (isUnread(seenAt)) return [unknown('scheduler', 'Whether a scheduler calls cannot be read', 'Run it again.')];
  const advice =
    'Set one up: docs/configuration.md, email/run-outbox. Until then, open work waits for the next voicemail or agent.';
  if (seenAt === undefined) return [wrong('scheduler', 'No scheduler has ever called email/run-outbox', advice)];
  return [
    takenAt - seenAt > SCHEDULER_SILENT_MS
      ? wrong(
          'scheduler',
          `The scheduler called ${Math.round((takenAt - seenAt) / 60_000)} minutes ago, and not since`,
          advice,
        )
      : right('scheduler', 'A scheduler calls'),
  ];
}

/** Errors that Twilio noted while it talked to the Functions. */
function checkAlerts({ alerts, functions, takenAt }: Snapshot): Finding[] {
  if (isUnread(alerts)) return [unknown('alerts', 'Twilio’s error log cannot be read', 'Console, Monitor, Errors.')];
  const domain = !isUnread(functions) ? functions?.domain : undefined;
  const recent = alerts.filter(
    ({ request_url: url, date_generated: at }) =>
      domain !== undefined && String(url ?? '').includes(domain) && takenAt - Date.parse(at) < DAY_MS,
  );
  if (recent.length === 0) return [right('alerts', 'Twilio noted no error with the Functions in the last day')];
  const codes = [...new Set(recent.map(({ error_code: code }) => code))].join(', ');
  return [
    wrong(
      'alerts',
      `Twilio noted ${recent.length} errors with the Functions in the last day: ${codes}`,
      'Look them up: Console, Monitor, Errors; https://www.twilio.com/docs/api/errors.',
    ),
  ];
}
