// Runs a command and sends its parent the CPU seconds of the command and all its descendants (Linux only).
// With YIELD_TO_OTHERS=1, the command runs when nobody else wants the processor.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';

const CLOCK_TICKS_PER_SECOND = 100;

/** Fields 16 and 17 of proc(5) `stat`: user and system time of children that have ended and were waited for. */
function childrenCpuSeconds() {
  if (!existsSync('/proc/self/stat')) return Number.NaN;
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / CLOCK_TICKS_PER_SECOND;
}

/**
 * Leaves the processor to others who want it. Where the kernel schedules by session, nice values count within one session
 * only, and the session has one of its own: sched(7), "The autogroup feature".
 */
function yieldToOthers(pid) {
  const NICE = 15;
  os.setPriority(pid, NICE);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(NICE));
  } catch {
    // No autogroups here, or not ours to change.
  }
}

const [command, ...args] = process.argv.slice(2);
// A process group of its own: Jest's workers, and the products and browsers they start, must end with it.
const child = spawn(command, args, { stdio: 'inherit', detached: process.platform !== 'win32' });
child.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
if (process.env.YIELD_TO_OTHERS === '1' && child.pid !== undefined) yieldToOthers(child.pid);
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
