import type { EmailSettings } from '@callback-and-voicemail/contract';
import { isInboxRefusal } from '../inbox/inbox-refusal';
import { type InboxSection, renderInboxSection } from '../inbox/render-inbox';
import { inboxStrings } from '../inbox/strings';
import { emailStrings } from '../notification/email-strings';
import {
  callerName,
  dialableNumber,
  formatDuration,
  formatReceived,
  messageFacts,
  numberLabel,
  renderSubjectLine,
  type VoicemailEmail,
} from '../notification/message';
import { escapeHtml, toCleanLines, toSingleLine } from '../runtime/text';
import type { ListenFailure } from './listen-refusal';
import { PAGE_SCRIPT } from './page-script';
import { PAGE_STYLE } from './page-style';
import { listenStrings } from './strings';

/** All that the page of a voicemail shows. */
export interface ListenPage {
  email: Omit<VoicemailEmail, 'recording'>;
  inbox: InboxSection;
  language: EmailSettings['language'];
  /** Where its sound is, relative to the page. */
  soundUrl: string;
  /** The name of the file that a download makes. */
  fileName: string;
  /** When the link ends: milliseconds since 1970. */
  until: number;
}

/** What the policies of a page allow: its own script and style by this number alone, and its own sound. */
interface Nonce {
  /** Unpredictable, new for each answer; base64 or base64url. */
  nonce: string;
}

const RATES = [0.75, 1, 1.25, 1.5, 2];

/**
 * The page on which a recipient listens. Pure. Nothing is fetched before somebody plays, since the audit notes a request
 * for sound as listening.
 */
export function renderListenPage(page: ListenPage, { nonce }: Nonce): string {
  const { email, language } = page;
  const words = listenStrings(language);
  const end = formatReceived({ ...email, receivedAt: page.until }, 'full');
  return htmlDocument(language, nonce, {
    title: renderSubjectLine({ ...email, recording: NO_RECORDING }),
    content:
      `${organizationHtml(email.organization)}${headingHtml(email)}\n${playerHtml(page)}\n${transcriptHtml(page)}` +
      `${renderInboxSection(page.inbox)}${factsHtml(page)}\n<p class="note">${escapeHtml(words.until(end))}</p>`,
    script: PAGE_SCRIPT,
  });
}

/**
 * A page for a link that does not open, or is from a test mail: why, and what to do. Pure.
 * @param pageUrl after an act: where its page is
 */
export function renderProblemPage(
  problem: ListenFailure | 'sample',
  language: EmailSettings['language'],
  { nonce }: Nonce,
  pageUrl?: string,
): string {
  const { title, advice } = wordsOf(problem, language, pageUrl !== undefined);
  const back = pageUrl === undefined ? '' : backHtml(pageUrl, inboxStrings(language).back);
  return htmlDocument(language, nonce, {
    title,
    content: `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(advice)}</p>${back}`,
  });
}

function wordsOf(problem: ListenFailure | 'sample', language: EmailSettings['language'], isAfterAct: boolean) {
  const { problems, failures } = inboxStrings(language);
  if (isInboxRefusal(problem)) return problems[problem];
  if (isAfterAct && (problem === 'too-often' || problem === 'unavailable')) return failures[problem];
  return listenStrings(language).problems[problem];
}

const backHtml = (url: string, text: string) =>
  `\n<p class="acts"><a class="act" href="${escapeHtml(url)}">${escapeHtml(text)}</a></p>`;

/** The page itself says nothing of an attachment. */
const NO_RECORDING: VoicemailEmail['recording'] = { attached: false, reason: 'by-link' };

const organizationHtml = (organization: string | undefined) =>
  organization === undefined ? '' : `<p class="from" dir="auto">${escapeHtml(toSingleLine(organization))}</p>\n`;

/** Who called: their name, and the number as a link that dials it. */
function headingHtml(email: ListenPage['email']): string {
  const whole = { ...email, recording: NO_RECORDING };
  const name = callerName(whole);
  const number = dialableNumber(whole);
  const written = escapeHtml(toSingleLine(numberLabel(whole)));
  const named = name === undefined ? '' : `<span dir="auto">${escapeHtml(name)}</span><br>`;
  const shown = number === undefined ? `<span dir="auto">${written}</span>` : `<a href="tel:${number}">${written}</a>`;
  return `<h1>${named}${shown}</h1>`;
}

function playerHtml({ email, language, soundUrl, fileName }: ListenPage): string {
  const words = listenStrings(language);
  const number = dialableNumber({ ...email, recording: NO_RECORDING });
  const data = Object.entries({
    sound: soundUrl,
    file: fileName,
    loading: words.loading,
    failed: words.failed,
    downloading: words.downloading,
    downloaded: words.downloaded,
  }).map(([name, value]) => ` data-${name}="${escapeHtml(value)}"`);
  const rates = RATES.map((rate) => {
    const shown = new Intl.NumberFormat(email.words.locale).format(rate);
    return `<option value="${rate}"${rate === 1 ? ' selected' : ''}>${shown}×</option>`;
  });
  const button = (id: string, label: string) => `<button type="button" id="${id}">${escapeHtml(label)}</button>`;
  const length = email.seconds === undefined ? '' : ` <span class="length">${formatDuration(email.seconds)}</span>`;
  const act = number === undefined ? '' : `<a class="act" href="tel:${number}">${escapeHtml(email.words.callBack)}</a>`;
  return `<section aria-labelledby="recording" id="player"${data.join('')}>
<h2 id="recording">${escapeHtml(words.recording)}${length}</h2>
<audio controls preload="none" controlslist="nodownload" aria-labelledby="recording" src="${escapeHtml(soundUrl)}"></audio>
<div class="controls" hidden>
${button('back', words.back)}
${button('forward', words.forward)}
<label>${escapeHtml(words.speed)} <select id="speed">${rates.join('')}</select></label>
${button('download', words.download)}
</div>
<p class="note" role="status"></p>
<noscript><p class="note">${escapeHtml(words.withoutScript)}</p></noscript>
<p class="acts">${act}</p>
</section>`;
}

function transcriptHtml({ email, language }: ListenPage): string {
  if (email.transcript === undefined) return '';
  const lines = toCleanLines(email.transcript).map(escapeHtml).join('<br>');
  return (
    `<section aria-labelledby="transcript">\n<h2 id="transcript">${escapeHtml(listenStrings(language).transcript)}</h2>\n` +
    `<blockquote dir="auto">${lines}</blockquote>\n` +
    `<p class="note">${escapeHtml(email.words.transcriptNote)}</p>\n</section>\n`
  );
}

function factsHtml({ email, language }: ListenPage): string {
  const rows = messageFacts({ ...email, recording: NO_RECORDING }).map(
    ({ label, value }) => `<dt>${escapeHtml(label)}</dt><dd dir="auto">${escapeHtml(value)}</dd>`,
  );
  return (
    `<section aria-labelledby="details">\n<h2 id="details">${escapeHtml(listenStrings(language).details)}</h2>\n` +
    `<dl>\n${rows.join('\n')}\n</dl>\n</section>`
  );
}

/** @param page.content HTML; the title is text */
function htmlDocument(
  language: EmailSettings['language'],
  nonce: string,
  page: { title: string; content: string; script?: string },
): string {
  const script = page.script === undefined ? '' : `<script nonce="${escapeHtml(nonce)}">${page.script}</script>\n`;
  return `<!doctype html>
<html lang="${emailStrings(language).locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow, noarchive">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title>
<link rel="icon" href="data:,">
<style nonce="${escapeHtml(nonce)}">${PAGE_STYLE}</style>
</head>
<body>
<main>
${page.content}
</main>
${script}</body>
</html>
`;
}
