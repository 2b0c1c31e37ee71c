import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type MailSummary, openMailbox } from '../../src/mail/mailbox';

const EML = [
  'From: Voicemail <voicemail@example.org>',
  'To: ana@example.com',
  'Cc: bob@example.com',
  'Subject: =?UTF-8?Q?Hall=C3=B3?=',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'Good morning',
  '--b',
  'Content-Type: audio/wav; name=message.wav',
  'Content-Disposition: attachment; filename=message.wav',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from([0, 1, 2, 253, 254, 255]).toString('base64'),
  '--b--',
  '',
].join('\r\n');

describe('the mailbox', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'mailbox-test-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('describes a message that comes without a description', async () => {
    const mail = await openMailbox(directory).append(Buffer.from(EML));
    expect(mail).toMatchObject({
      from: 'Voicemail <voicemail@example.org>',
      to: ['ana@example.com'],
      recipients: ['ana@example.com', 'bob@example.com'],
      subject: 'Halló',
      size: Buffer.byteLength(EML),
      attachments: [{ name: 'message.wav', type: 'audio/wav', size: 6 }],
    });
  });

  it('gives back the message and its attachments to the byte', async () => {
    const mailbox = openMailbox(directory);
    const { id } = await mailbox.append(Readable.from([Buffer.from(EML)]));
    expect((await mailbox.read(id))?.toString()).toBe(EML);
    expect((await mailbox.attachment(id, 0))?.content).toEqual(Buffer.from([0, 1, 2, 253, 254, 255]));
    expect(await mailbox.attachment(id, 1)).toBeUndefined();
    const parsed = await mailbox.parsed(id);
    expect(parsed?.text.trim()).toBe('Good morning');
    expect(parsed?.headers).toContainEqual({ name: 'Cc', value: 'bob@example.com' });
  });

  it('lists the newest first, also within one millisecond and after a restart', async () => {
    const mailbox = openMailbox(directory);
    const kept: MailSummary[] = [];
    for (let n = 0; n < 12; n += 1) kept.unshift(await mailbox.append(Buffer.from(EML)));
    expect(mailbox.list()).toEqual(kept);
    const again = openMailbox(directory);
    expect(again.list()).toEqual(kept);
    const later = await again.append(Buffer.from(EML));
    expect(again.list()[0]).toEqual(later);
    expect(new Set(again.list().map(({ id }) => id)).size).toBe(13);
  });

  it('keeps nothing of a message whose stream breaks', async () => {
    const mailbox = openMailbox(directory);
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('From: a@example.org\r\n');
        throw new Error('line cut');
      })(),
    );
    await expect(mailbox.append(broken)).rejects.toThrow('line cut');
    expect(mailbox.list()).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('opens after a crash: half a message and a broken list entry are not mails', () => {
    writeFileSync(join(directory, '1700000000000-0001.eml.part'), 'From:');
    writeFileSync(join(directory, '1700000000000-0002.eml'), EML);
    writeFileSync(join(directory, '1700000000000-0002.json'), '{"id":');
    expect(openMailbox(directory).list()).toEqual([]);
    expect(readdirSync(directory)).not.toContain('1700000000000-0001.eml.part');
  });

  it('knows only its own ids', async () => {
    const mailbox = openMailbox(directory);
    await mailbox.append(Buffer.from(EML));
    for (const id of ['../secret', 'x', '']) {
      expect(await mailbox.read(id)).toBeUndefined();
      expect(await mailbox.parsed(id)).toBeUndefined();
      expect(mailbox.open(id)).toBeUndefined();
    }
  });

  it('notifies of new mails and of clearing', async () => {
    const mailbox = openMailbox(directory);
    const heard: (string | null)[] = [];
    const stop = mailbox.subscribe((mail) => heard.push(mail ? mail.subject : null));
    await mailbox.append(Buffer.from(EML));
    await mailbox.clear();
    stop();
    await mailbox.append(Buffer.from(EML));
    expect(heard).toEqual(['Halló', null]);
    await mailbox.clear();
    expect(readdirSync(directory)).toEqual([]);
  });
});
