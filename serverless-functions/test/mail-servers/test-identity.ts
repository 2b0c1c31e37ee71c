import tls from 'node:tls';
import selfsigned from 'selfsigned';
import type { Identity } from './listen';

/** A certificate for this machine that nobody has signed. */
export function createIdentity(): Identity {
  const { private: key, cert } = selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    days: 30,
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key, cert };
}

/** Lets this process trust a certificate, until the mocks are restored. */
export function trust({ cert }: Identity): void {
  const original = tls.createSecureContext;
  jest.spyOn(tls, 'createSecureContext').mockImplementation((options) => original({ ca: cert, ...options }));
}
