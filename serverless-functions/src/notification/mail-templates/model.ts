/**
 * What the templates in `email-templates/` can show. All decisions and all words are in it already; the templates have
 * places, loops and conditions. Texts are plain: the HTML part escapes each of them. Of others' texts, `line` and `lines`
 * are clean, and isolated where they run from right to left.
 */

/** Something to press: a button in HTML, a line in the text. `href` is `https:` or `tel:`. */
export interface MailAction {
  href: string;
  text: string;
}

export interface VoicemailModel {
  /** A language tag. */
  lang: string;
  title: string;
  /** What mailboxes show beside the subject, padded so that they show no more than that. */
  preview: string;
  /** Sizes in pixels; without `height` it is as high as its own proportions make it. */
  logo?: { src: string; alt: string; width: string; height?: string };
  /** Stands first: that this is a test, or why a fall-back recipient gets it. */
  notice?: string;
  /** `line` is for the text part; without it, the text has no heading. */
  heading: { name?: string; text: string; href?: string; line?: string };
  words?: { lines: string[]; note: string };
  /** Sentences about the recording. */
  recording: string[];
  /** The first is what most readers do next. */
  actions: (MailAction & { isPrimary: boolean })[];
  /** The actions of the text part: those that lead to a page. */
  links: MailAction[];
  /** `line` has label and value, aligned. */
  facts: { label: string; value: string; line: string }[];
  /** Voicemails of the same caller that get no mail of their own. */
  others?: { sentence: string; lines: string[]; link: MailAction };
  footer: {
    /** The organization's own lines. */
    own: string[];
    /** Why the reader gets the mail. */
    reason: string;
  };
}

/** What ADMIN_EMAIL reads of a change of the settings. */
export interface NoticeModel {
  lang: string;
  title: string;
  preview: string;
  /** Who changed them, and when. */
  sentence: string;
  changes: string[];
  hints: string[];
  /** Why the reader gets the mail, and what they can do. */
  reasons: string[];
}
