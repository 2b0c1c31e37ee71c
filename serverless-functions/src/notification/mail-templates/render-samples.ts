import type { NoticeModel, VoicemailModel } from './model';
import { renderTemplates } from './render';

const link = { href: 'https://flex.example.com', text: 'Open in Flex' };

/** Every place of the templates is in the first of its kind, and no optional one in the second. */
const VOICEMAILS: VoicemailModel[] = [
  {
    lang: 'en-US',
    title: 'Voicemail',
    preview: 'Words',
    logo: { src: 'https://example.com/logo.png', alt: 'Clinic', width: '240', height: '48' },
    notice: 'This is a test.',
    heading: { name: 'Ana Sample', text: '+1 555-010-0123', href: 'tel:+15550100123', line: 'Caller: Ana Sample' },
    words: { lines: ['Words', 'and more'], note: 'Transcribed by machine.' },
    recording: ['The recording is attached.'],
    actions: [
      { href: 'tel:+15550100123', text: 'Call back', isPrimary: true },
      { ...link, isPrimary: false },
    ],
    links: [link],
    facts: [{ label: 'Queue', value: 'Support', line: 'Queue: Support' }],
    others: { sentence: 'There is 1 more:', lines: ['Nov 22'], link },
    footer: { own: ['Clinic'], reason: 'You get this mail because your address was chosen.' },
  },
  {
    lang: 'en-US',
    title: 'Voicemail',
    preview: '',
    logo: { src: 'https://example.com/logo.png', alt: '', width: '240' },
    heading: { text: 'New voicemail' },
    recording: [],
    actions: [],
    links: [],
    facts: [],
    footer: { own: [], reason: 'You get this mail because your address was chosen.' },
  },
];
const about = { lang: 'en-US', title: 'Settings changed', preview: '', sentence: 'Sue changed them:' };
const NOTICES: NoticeModel[] = [
  { ...about, changes: ['New recipient: ana@example.com'], hints: ['It waits.'], reasons: ['You are ADMIN_EMAIL.'] },
  { ...about, changes: [], hints: [], reasons: [] },
];

/** Renders all templates. @throws Error for one that names what its model does not have */
export function renderSamples(): void {
  for (const model of VOICEMAILS) renderTemplates('voicemail', model);
  for (const model of NOTICES) renderTemplates('notice', model);
}
