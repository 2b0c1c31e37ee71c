import { type EmailSettings, isolateText } from '@callback-and-voicemail/contract';
import type { EmailStrings } from '../notification/email-strings';
import { formatDuration } from '../notification/message';
import { escapeHtml, toSingleLine } from '../runtime/text';
import { type InboxAct, type InboxView, REMINDERS } from './inbox-view';
import { inboxStrings } from './strings';

/** All that the section about a voicemail's owner shows. */
export interface InboxSection {
  view: InboxView;
  language: EmailSettings['language'];
  words: EmailStrings;
  timeZone: string;
  /** Of the link and of this rendering: both go back with a button. */
  link: string;
  token: string;
  /** The number that the caller sees, as people read it. */
  shownNumber: string;
  now: number;
}

/** Who has the voicemail, and the buttons of what this recipient can do: forms, so that they work without a script. Pure. */
export function renderInboxSection(section: InboxSection): string {
  const { view, language } = section;
  const words = inboxStrings(language);
  const sentences = [stateSentence(section), callSentence(section), reminderSentence(section)].filter(
    (one) => one !== undefined,
  );
  const forms = view.acts.map((act) => formHtml(section, act));
  if (view.lacksPhone) forms.push(`<p class="note">${escapeHtml(words.lacksPhone)}</p>`);
  if (sentences.length + forms.length === 0) return '';
  return `<section aria-labelledby="inbox" id="acts">
<h2 id="inbox">${escapeHtml(words.title)}</h2>
<div role="status">${sentences.map((text) => `<p class="state" dir="auto">${escapeHtml(text)}</p>`).join('')}</div>
${forms.join('\n')}
</section>
`;
}

function stateSentence(section: InboxSection): string | undefined {
  const { view, language } = section;
  const words = inboxStrings(language);
  const { state } = view;
  const time = 'at' in state && state.at !== undefined ? momentText(state.at, section) : undefined;
  switch (state.is) {
    case 'open':
      return undefined;
    case 'mine':
      return words.mine(time ?? '');
    case 'taken':
      return words.taken(nameText(state.by), time ?? '');
    case 'held':
      return words.held(nameText(state.by), time ?? '');
    case 'handled':
      return words.handled({ by: state.by === undefined ? undefined : nameText(state.by), time });
    case 'closed':
      return words.closed;
  }
}

function callSentence({ view, language }: InboxSection): string | undefined {
  const { call, phoneEnding = '' } = view;
  if (call === undefined || call.outcome === 'failed') return undefined;
  const words = inboxStrings(language).call;
  if (call.state === 'calling') return words.calling(phoneEnding);
  if (call.state === 'connecting') return words.connecting;
  if (call.outcome === 'spoke')
    return call.seconds === undefined ? words.unknown : words.spoke(formatDuration(call.seconds));
  return words[call.outcome ?? 'unknown'];
}

function reminderSentence(section: InboxSection): string | undefined {
  const { remindedAt } = section.view;
  return remindedAt === undefined
    ? undefined
    : inboxStrings(section.language).reminded(momentText(remindedAt, section));
}

function formHtml(section: InboxSection, act: InboxAct): string {
  const { language, words, view, shownNumber } = section;
  const own = inboxStrings(language);
  const { hints } = own;
  const label = { ...words.inbox, finish: own.finish, 'give-back': own.giveBack }[act];
  const hint = {
    take: hints.take,
    finish: hints.finish,
    'give-back': undefined,
    call: hints.call({ ending: view.phoneEnding ?? '', shown: isolateText(shownNumber) }),
    remind: hints.remind,
  }[act];
  const isMain = act === 'take' || act === 'finish';
  const described = hint === undefined ? '' : ` aria-describedby="hint-${act}"`;
  const choices =
    act !== 'remind'
      ? ''
      : `<select name="when" aria-label="${escapeHtml(words.inbox.remind)}">${REMINDERS.map(
          (one) => `<option value="${one}">${escapeHtml(own.remindWhen[one])}</option>`,
        ).join('')}</select>\n`;
  return `<form method="post" action="act" id="${act}">
<input type="hidden" name="link" value="${escapeHtml(section.link)}">
<input type="hidden" name="page" value="${escapeHtml(section.token)}">
${choices}<button name="act" value="${act}"${isMain ? ' class="act"' : ''}${described}>${escapeHtml(label)}</button>
${hint === undefined ? '' : `<p class="note" id="hint-${act}">${escapeHtml(hint)}</p>`}
</form>`;
}

const nameText = (name: string) => isolateText(toSingleLine(name));

/** A time of today, or with its day. */
function momentText(at: number, { timeZone, words, now }: Pick<InboxSection, 'timeZone' | 'words' | 'now'>): string {
  const day = new Intl.DateTimeFormat(words.locale, { timeZone, dateStyle: 'medium' });
  const isToday = day.format(at) === day.format(now);
  return new Intl.DateTimeFormat(words.locale, {
    timeZone,
    timeStyle: 'short',
    ...(isToday ? {} : { dateStyle: 'medium' }),
  }).format(at);
}
