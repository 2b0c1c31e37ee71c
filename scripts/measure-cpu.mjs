// Runs a command and sends its parent the CPU seconds of the command and all its descendants (Linux only).
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const CLOCK_TICKS_PER_SECOND = 100;

/** Fields 16 and 17 of proc(5) `stat`: user and system time of children that have ended and were waited for. */
function childrenCpuSeconds() {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / CLOCK_TICKS_PER_SECOND;
}

const [command, ...args] = process.argv.slice(2);
// A process group of its own: Jest's workers, and the products and browsers they start, must end with it.
const child = spawn(command, args, { stdio: 'inherit', detached: process.platform !== 'win32' });
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  process.on(signal, () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  });
child.on('exit', (status) => {
  const exit = () => process.exit(status ?? 1);
  if (process.send === undefined) exit();
  else process.send({ cpuSeconds: childrenCpuSeconds() }, exit);
});
