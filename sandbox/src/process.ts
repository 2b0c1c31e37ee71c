import { freePort } from './free-port';

export async function claimPort(preferred: number, print: (line: string) => void): Promise<number> {
  const port = await freePort(preferred);
  if (port !== preferred) print(`Port ${preferred} is taken by another program; using ${port}.`);
  return port;
}

/** Until Ctrl+C. */
export function waitForInterrupt(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
