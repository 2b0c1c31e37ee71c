import { STATUS_CODES } from 'node:http';

/** A page as nginx sends it where the application behind gives no answer of its own, e.g. 502 or 413. */
export function proxyPage(status: number): string {
  const title = `${status} ${status === 413 ? 'Request Entity Too Large' : (STATUS_CODES[status] ?? '')}`;
  return [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '<hr><center>nginx</center>',
    '</body>',
    '</html>',
    '',
  ].join('\r\n');
}
