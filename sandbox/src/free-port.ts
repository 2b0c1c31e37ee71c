import { createServer } from 'node:net';

/**
 * The first free port of this machine, from `preferred` on.
 * @throws Error when a hundred in a row are taken
 */
export async function freePort(preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + 100; port += 1)
    if ((await isFree(port, '127.0.0.1')) && (await isFree(port, '::1'))) return port;
  throw new Error(`No free port from ${preferred} to ${preferred + 99}`);
}

/** `localhost` may mean either address, so both are tried. */
function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    // A machine without IPv6 has no listener there.
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EADDRINUSE' && code !== 'EACCES'));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
