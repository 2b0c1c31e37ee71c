import { Transform, type TransformCallback } from 'node:stream';

/**
 * Passes bytes on, and holds the last chunk back until it is released: a request whose body is shorter than its
 * Content-Length is incomplete, and no server may act on it (RFC 9112, section 8, https://www.rfc-editor.org/rfc/rfc9112).
 * @param release false: the stream fails instead
 */
export class HeldEnd extends Transform {
  private last: Buffer | undefined;

  constructor(private readonly release: Promise<boolean>) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    // A chunk without bytes would hold nothing back.
    if (chunk.length === 0) done();
    else {
      const { last } = this;
      this.last = chunk;
      done(null, last);
    }
  }

  override _flush(done: TransformCallback): void {
    this.release.then((goes) => (goes ? done(null, this.last) : done(new Error('the message is withheld'))), done);
  }
}
