import busboy from 'busboy';
import { badRequest } from '../../world/twilio-error';

/** The one file of a form. */
export interface UploadedFile {
  field: string;
  name: string | undefined;
  type: string;
  bytes: Buffer;
}

/** Reads a form with a file. @throws TwilioError 400 for a body that is no such form */
export function parseMultipart(
  contentType: string,
  body: Buffer,
): Promise<{ form: URLSearchParams; file: UploadedFile | undefined }> {
  return new Promise((resolve, reject) => {
    const form = new URLSearchParams();
    let file: UploadedFile | undefined;
    const fail = (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      reject(badRequest(`The form cannot be read: ${why}`));
    };
    try {
      const reader = busboy({ headers: { 'content-type': contentType } });
      reader.on('field', (name, value) => form.append(name, value));
      reader.on('file', (field, content, { filename, mimeType }) => {
        const parts: Buffer[] = [];
        content.on('data', (part: Buffer) => parts.push(part));
        content.on('end', () => {
          file = { field, name: filename, type: mimeType, bytes: Buffer.concat(parts) };
        });
      });
      reader.on('close', () => resolve({ form, file }));
      reader.on('error', fail);
      reader.end(body);
    } catch (error) {
      fail(error);
    }
  });
}
