import { createServer } from 'node:net';

/**
 * The first port from `preferred` on that nobody on this machine listens to.
 * @throws Error when a hundred in a row are taken
 */
export async function freePort(preferred: number): Promise<number> {
  for (let port = preferred; port < preferred + 100; port += 1) if (await isFree(port)) return port;
  throw new Error(`No free port from ${preferred} to ${preferred + 99}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
