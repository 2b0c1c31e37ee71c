import type { Recording, Recordings, Sid, Transcription } from './types';

/** Recordings and their transcriptions; see `Recordings`. A deleted recording keeps its record and loses its sound. */
export function createRecordings(newSid: (prefix: string) => Sid): Recordings {
  const recordings = new Map<Sid, Recording>();
  const transcriptions = new Map<Sid, Transcription[]>();
  return {
    create(callSid, source = 'RecordVerb') {
      const now = Date.now();
      const recording: Recording = {
        sid: newSid('RE'),
        callSid,
        status: 'in-progress',
        source,
        startTime: now,
        dateCreated: now,
        durationSeconds: -1,
        errorCode: null,
        wav: null,
      };
      recordings.set(recording.sid, recording);
      return recording;
    },
    get: (sid) => recordings.get(sid),
    list: () => [...recordings.values()],
    remove(sid) {
      const recording = recordings.get(sid);
      if (!recording) return;
      recording.status = 'deleted';
      recording.wav = null;
      transcriptions.delete(sid);
    },
    transcriptions: (recordingSid) => transcriptions.get(recordingSid) ?? [],
    removeTranscription(sid) {
      for (const [recordingSid, all] of transcriptions)
        transcriptions.set(
          recordingSid,
          all.filter((one) => one.sid !== sid),
        );
    },
    addTranscription(recordingSid, status, text) {
      const transcription: Transcription = { sid: newSid('TR'), recordingSid, status, text, dateCreated: Date.now() };
      transcriptions.set(recordingSid, [...(transcriptions.get(recordingSid) ?? []), transcription]);
      return transcription;
    },
  };
}
