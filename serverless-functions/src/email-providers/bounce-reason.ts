import type { BounceReason } from '@callback-and-voicemail/contract';

/** What a recipient's mail server meant by a final refusal; its words are the same whichever provider passes them on. */

/** Subject and detail of an enhanced status code (RFC 3463, section 3); `X.7.*` is any policy. */
const BY_ENHANCED_CODE: Readonly<Record<string, BounceReason>> = {
  '1.1': 'no-such-address',
  '1.2': 'no-such-address',
  '1.3': 'no-such-address',
  '1.6': 'no-such-address',
  // A domain that takes no mail (RFC 7505).
  '1.10': 'no-such-address',
  '2.1': 'mailbox-disabled',
  '2.2': 'mailbox-full',
  '2.3': 'too-large',
  '3.4': 'too-large',
};
/** For servers that send no enhanced code. */
const BY_WORDS: readonly [RegExp, BounceReason][] = [
  [/quota|mailbox (is )?full|full mailbox/i, 'mailbox-full'],
  [
    /(user|mailbox|recipient|address|account) (is )?(unknown|not found|does not exist)|no such (user|address|mailbox)/i,
    'no-such-address',
  ],
  [/disabled|inactive|suspended/i, 'mailbox-disabled'],
  [/too (large|big)|size limit/i, 'too-large'],
  [/spam|blocked|policy|reputation|blacklist|denied/i, 'refused'],
];
/** Of 4.x.x as well: a temporary refusal that was repeated until the provider gave up. */
const ENHANCED_CODE = /\b[45]\.(\d{1,3})\.(\d{1,3})\b/;

/**
 * @param enhancedCode as the provider has it, which may be nothing
 * @param words the server's answer, which may begin with the code
 */
export function toBounceReason(enhancedCode: string, words: string): BounceReason {
  const [, subject = '', detail = ''] = ENHANCED_CODE.exec(enhancedCode) ?? ENHANCED_CODE.exec(words) ?? [];
  const byCode = subject === '7' ? 'refused' : BY_ENHANCED_CODE[`${subject}.${detail}`];
  return byCode ?? BY_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'unknown';
}
