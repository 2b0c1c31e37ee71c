import type { Readable } from 'node:stream';
import { asSendError, tooLarge } from './answer';
import { openAttachment } from './attachment-stream';
import { jsonBody } from './json-body';
import type { EmailProvider, Message } from './provider';
import { startTimeLimit, type TimeLimit } from './time-limit';
import { type UploadAnswer, upload } from './upload';

/**
 * Posts a message as JSON.
 * @param document the value, given what stands for the attachment's content in base64
 * @throws EmailSendError when it is larger than the provider takes, or there is no answer; what opening the attachment throws
 */
export async function uploadJson(
  { name, maxMessageBytes }: Pick<EmailProvider, 'name' | 'maxMessageBytes'>,
  { url, authorization }: { url: string; authorization: string },
  { attachment }: Message,
  document: (content: string) => object,
  time: TimeLimit,
): Promise<UploadAnswer> {
  const startedAt = Date.now();
  const body = jsonBody(document, attachment);
  if (body.length !== undefined && body.length > maxMessageBytes) throw tooLarge(name);
  const limit = startTimeLimit(time);
  let opened: Readable | undefined;
  try {
    opened = attachment && (await openAttachment(attachment, limit.signal));
    return await upload(
      new URL(url),
      {
        authorization,
        'content-type': 'application/json',
        ...(body.length === undefined ? {} : { 'content-length': body.length }),
      },
      body.stream(opened),
      { timeoutMs: time.timeoutMs - (Date.now() - startedAt), signal: limit.signal },
    );
  } catch (error) {
    throw asSendError(name, error);
  } finally {
    limit.end();
    opened?.destroy();
  }
}
