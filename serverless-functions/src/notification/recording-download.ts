import type { AudioFormat, RecordingDownload, RecordingMediaClient } from '../twilio/recording-media';

/** A running download that must be used or dropped. */
export interface PendingDownload {
  recordingSid: string;
  format: AudioFormat;
  download: Promise<RecordingDownload>;
}

/** Starts fetching a recording without waiting; nothing is read of it before someone does. */
export function startDownload(
  media: () => RecordingMediaClient,
  recordingSid: string,
  format: AudioFormat,
): PendingDownload {
  const download = (async () => media().download(recordingSid, format))();
  // Its failure matters only to who uses it.
  download.catch(() => undefined);
  return { recordingSid, format, download };
}

/** Drops a download that is not needed, with its connection. */
export async function discardDownload(pending: PendingDownload | undefined): Promise<void> {
  await pending?.download.then(
    ({ stream }) => stream.destroy(),
    () => undefined,
  );
}
