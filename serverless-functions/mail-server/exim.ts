import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Identity } from '../test/mail-servers/listen';

/** What an Exim is told; everything else is as it comes. */
export interface EximOptions {
  identity: Identity;
  user: string;
  password: string;
  /** Larger messages are refused. */
  maxMessageBytes: number;
  /** It takes no mail for this address. */
  refused: string;
  /** Where it relays what it took. */
  relayPort: number;
}

export interface RunningExim {
  /** STARTTLS, and TLS from the beginning. */
  ports: { starttls: number; tls: number };
  stop(): Promise<void>;
}

/** Debian's name of the user that Exim becomes. */
const EXIM_USER = 'Debian-exim';

/**
 * Starts an Exim (https://www.exim.org/exim-html-current/doc/html/spec_html/) on loopback ports, with a queue of its own. Only
 * root may start it with another configuration. (Debian's OpenSMTPD 6.8 fails every TLS handshake with OpenSSL 3.)
 */
export async function startExim(options: EximOptions): Promise<RunningExim> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'exim-'));
  const [starttls, tls] = [await freePort(), await freePort()];
  mkdirSync(path.join(folder, 'spool'));
  writeFileSync(path.join(folder, 'cert.pem'), options.identity.cert);
  writeFileSync(path.join(folder, 'key.pem'), options.identity.key, { mode: 0o600 });
  execFileSync('chown', ['-R', EXIM_USER, folder]);
  chmodSync(folder, 0o755);
  const configuration = path.join(folder, 'exim.conf');
  writeFileSync(configuration, configurationOf(folder, options, { starttls, tls }), { mode: 0o644 });
  // -bdf: it stays in the foreground.
  const server = spawn('exim4', ['-C', configuration, '-bdf'], { stdio: 'ignore' });
  const stop = async () => {
    const ended = server.exitCode === null ? new Promise((resolve) => server.once('exit', resolve)) : undefined;
    server.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all([starttls, tls].map((port) => listens(port, server)));
  } catch (cause) {
    const log = readFileSync(path.join(folder, 'log-main'), 'utf8');
    await stop();
    throw new Error(`Exim did not start:\n${log}`, { cause });
  }
  return { ports: { starttls, tls }, stop };
}

const configurationOf = (
  folder: string,
  { user, password, maxMessageBytes, refused, relayPort }: EximOptions,
  ports: RunningExim['ports'],
) => `
primary_hostname = mail.example.com
spool_directory = ${folder}/spool
log_file_path = ${folder}/log-%s
pid_file_path = ${folder}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${ports.starttls} : ${ports.tls}
tls_on_connect_ports = ${ports.tls}
tls_advertise_hosts = *
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
message_size_limit = ${maxMessageBytes}
acl_smtp_rcpt = rcpt
host_lookup =
keep_environment =
deliver_drop_privilege = true

begin acl
rcpt:
  deny message = no such user
       condition = \${if eq{$local_part@$domain}{${refused}}}
  accept authenticated = *
  deny message = relaying needs a login

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = \${if def:tls_in_cipher}
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{${user}}}{eq{$auth3}{${password}}}}}

begin routers
all:
  driver = manualroute
  transport = onwards
  route_list = * "127.0.0.1::${relayPort}" byname
  self = send

begin transports
onwards:
  driver = smtp
  allow_localhost
  hosts_avoid_tls = *
`;

async function freePort(): Promise<number> {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Waits until something listens there: Exim gives no sign of its own. */
async function listens(port: number, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false)).once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await setTimeout(50);
  }
}
