/**
 * `flex/personal-data`, for supervisors: what is stored about one telephone number, all of it as a file, and its
 * deletion. Each request does what fits in its time; the next one goes on from `cursor`.
 */

/** A number as it is stored: E.164. */
export const PERSONAL_DATA_NUMBER = /^\+[1-9]\d{6,14}$/;

export const PERSONAL_DATA_ACTIONS = ['find', 'export', 'erase'] as const;
export type PersonalDataAction = (typeof PERSONAL_DATA_ACTIONS)[number];

export interface PersonalDataItem {
  voicemail_id: string;
  taskType: 'callback' | 'voicemail';
  /** ISO 8601; absent where only a call is known. */
  receivedAt?: string;
  /** `call`: the caller is on the line, and nothing is stored of it yet. */
  state: 'stored' | 'erased' | 'call';
  /** With `export`: everything that is stored. */
  data?: { [what: string]: unknown };
}

/** What was deleted where. `json` is what was hashed, to the byte. */
export interface ErasureCertificate {
  json: string;
  /** The same, to be read by people; in English. */
  text: string;
  /** Of `json`, in hexadecimal; the audit has it as well. */
  sha256: string;
  /** Nothing is left to delete or to be checked. */
  isComplete: boolean;
}

export interface PersonalDataResponse {
  /** What this request found, or deleted; a later one may find the same again. */
  items: PersonalDataItem[];
  /** Ask again with it; absent: this was all. */
  cursor?: string;
  /** With the last response to `find` or `export`: something was deleted before, and can be certified again. */
  erasedBefore?: true;
  /** With the last response to `erase`. */
  certificate?: ErasureCertificate;
}
