/**
 * Twilsock V3.0 (docs/flex-protocols.md 5): a binary WebSocket frame of
 * `TWILSOCK V3.0 <bytes of the header>\r\n<header as JSON>\r\n<payload>`.
 */
export interface Header {
  id: string;
  method: string;
  payload_size?: number;
  payload_type?: string;
  [name: string]: unknown;
}
export interface Frame {
  header: Header;
  /** Parsed if the frame is JSON, otherwise text; undefined if there is none. */
  payload?: unknown;
}

/** A frame ready to be sent; size and type of the payload are put in its header. */
export function encodeFrame({ header, payload }: Frame): Buffer {
  const body = payload === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(payload));
  const type = body.length === 0 ? {} : { payload_type: 'application/json' };
  const head = Buffer.from(JSON.stringify({ ...header, ...type, payload_size: body.length }));
  return Buffer.concat([Buffer.from(`TWILSOCK V3.0 ${head.length}\r\n`), head, Buffer.from('\r\n'), body]);
}

/** @throws RangeError if it is not a Twilsock frame */
export function decodeFrame(bytes: Buffer): Frame {
  const lineEnd = bytes.indexOf('\r\n');
  const line = /^TWILSOCK V3\.0 (\d+)$/.exec(bytes.subarray(0, Math.max(0, lineEnd)).toString());
  if (!line) throw new RangeError('no Twilsock V3.0 frame');
  const headStart = lineEnd + 2;
  const headEnd = headStart + Number(line[1]);
  if (headEnd > bytes.length) throw new RangeError('the frame is shorter than its header says');
  const header = JSON.parse(bytes.subarray(headStart, headEnd).toString()) as Header;
  const size = header.payload_size ?? 0;
  if (size === 0) return { header };
  const body = bytes.subarray(headEnd + 2, headEnd + 2 + size);
  if (body.length !== size) throw new RangeError('the frame is shorter than its payload should be');
  const text = body.toString();
  return { header, payload: header.payload_type?.includes('json') ? JSON.parse(text) : text };
}
