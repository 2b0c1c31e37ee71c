import type { NextFunction, Request, Response } from 'express';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Rejects requests from other origins. Any web site open in the same browser can reach a loopback port. Checking `Host`
 * stops DNS rebinding; checking `Origin` and `Sec-Fetch-Site` stops cross-site requests.
 */
export function sameOrigin(request: Request, response: Response, next: NextFunction): void {
  const host = request.headers.host ?? '';
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const own =
    LOOPBACK.test(host) &&
    (origin === undefined || origin === `http://${host}`) &&
    // A link from elsewhere may open a page, but not call the API.
    (site === undefined ||
      site === 'same-origin' ||
      site === 'none' ||
      request.headers['sec-fetch-mode'] === 'navigate');
  if (own) next();
  else response.status(403).json({ error: 'Only pages of this sandbox may use this address.' });
}

/** The pages load from this origin only. Styles are inline because Paste (emotion) writes them at run time. */
export function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'Content-Security-Policy': [
      "default-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "media-src 'self' blob: data:",
      "font-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  next();
}
