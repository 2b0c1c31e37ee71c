import { DOMParser, type Element } from '@xmldom/xmldom';
import { ELEMENTS, isValidValue, NOT_MODELED, SPEECH_MARKUP, WAIT_VERBS } from './twiml-schema';
import type { HttpMethod } from './types';

/** 64 kB (error 11750). */
const MAX_DOCUMENT_BYTES = 65_536;

/** What ends a call with "an application error has occurred"; `code` is Twilio's debugger code. */
export class TwimlError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Verb {
  name: string;
  /** Only attributes that exist and have a fitting value. */
  attributes: Record<string, string>;
  /** Its words, with blanks at both ends removed; of an element with child verbs only its own. */
  text: string;
  children: Verb[];
}

export interface TwimlDocument {
  verbs: Verb[];
  /** Where it came from: relative URLs start here, and it is the default `action`. Null for TwiML given over REST. */
  url: string | null;
  method: HttpMethod;
  /** Warnings 12200, one sentence each. */
  warnings: string[];
  /** Why it cannot be played, if only playing it reports that: TwiML sent over REST. */
  deferredError?: TwimlError;
}

/**
 * Reads TwiML and checks what may stand where.
 * @throws TwimlError 11750 too large, 12100 no XML, 12200 an element where Twilio's schema has none.
 */
export function parseTwiml(xml: string, role: 'call' | 'wait'): Pick<TwimlDocument, 'verbs' | 'warnings'> {
  if (Buffer.byteLength(xml) > MAX_DOCUMENT_BYTES) throw new TwimlError(11750, 'TwiML response body too large');
  const root = parseXml(xml);
  if (root.nodeName !== 'Response') {
    throw new TwimlError(12100, `Document parse failure: the root element is <${root.nodeName}>, not <Response>`);
  }
  const warnings: string[] = [];
  const response = parseElement(root, warnings);
  if (role === 'wait') {
    for (const { name } of response.children) {
      if (!WAIT_VERBS.has(name)) throw new TwimlError(12200, `Schema validation: a waitUrl may not hold <${name}>`);
    }
  }
  return { verbs: response.children, warnings };
}

function parseXml(xml: string): Element {
  const fail = (message: string): never => {
    throw new TwimlError(12100, `Document parse failure: ${message}`);
  };
  // "There is a leading space, or an empty line, before the XML type header" (docs/api/errors/12100).
  if (/^\s+<\?xml/.test(xml)) fail('blanks before the XML header');
  try {
    const parser = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message);
      },
    });
    const document = parser.parseFromString(xml, 'text/xml');
    return document.documentElement ?? fail('no root element');
  } catch (error) {
    if (error instanceof TwimlError) throw error;
    return fail(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
}

function parseElement(element: Element, warnings: string[]): Verb {
  const name = element.nodeName;
  const rule = ELEMENTS[name];
  const verb: Verb = { name, attributes: {}, text: '', children: [] };
  // What a verb that is not modeled holds is not ours to judge.
  if (!rule) return verb;
  for (const { name: attribute, value } of Array.from(element.attributes)) {
    const known = rule.attributes[attribute];
    if (!known) warnings.push(`<${name}> has no attribute ${attribute}`);
    else if (!isValidValue(known, value)) warnings.push(`<${name} ${attribute}="${value}"> is not allowed`);
    else {
      if (known.kind === 'not-modeled') warnings.push(`the sandbox does nothing with <${name} ${attribute}>`);
      verb.attributes[attribute] = value;
    }
  }
  let own = '';
  for (const child of Array.from(element.childNodes)) {
    if (child.nodeType === 3 || child.nodeType === 4) own += child.nodeValue ?? '';
    if (child.nodeType !== 1) continue;
    const inside = child as Element;
    if (name === 'Say' && SPEECH_MARKUP.has(inside.nodeName)) own += inside.textContent ?? '';
    else if (rule.children.includes(inside.nodeName)) verb.children.push(parseElement(inside, warnings));
    else if (name === 'Response' && NOT_MODELED.has(inside.nodeName))
      verb.children.push(parseElement(inside, warnings));
    else throw new TwimlError(12200, `Schema validation: <${name}> may not hold <${inside.nodeName}>`);
  }
  verb.text = own.trim().replace(/\s+/g, ' ');
  if (!rule.text && verb.text !== '') warnings.push(`<${name}> holds text: ${verb.text.slice(0, 40)}`);
  return verb;
}
