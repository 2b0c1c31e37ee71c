import { Resolver } from 'node:dns/promises';

/** What says that a domain's mail is its own. */
export interface DnsRecords {
  /** TXT of the domain: `v=spf1 …` (RFC 7208, https://www.rfc-editor.org/rfc/rfc7208). */
  spf?: string;
  /** TXT of `_dmarc`, of the domain or of the one above it: `v=DMARC1; …` (RFC 7489, section 6.6.3). */
  dmarc?: string;
  /** Selectors, of those that providers use, for which there is a key (RFC 6376). */
  dkimSelectors: readonly string[];
}

export type LookUpTxt = (name: string) => Promise<string[]>;

/** Selectors that providers document: Mailgun's, SendGrid's, Twilio's, and what people name their own. */
const SELECTORS = ['mailo', 'mg', 'smtp', 'pic', 'k1', 'krs', 's1', 's2', 'm1', 'default', 'mail', 'dkim', 'selector1'];
const TIMEOUT_MS = 3_000;

/** @returns the texts of a name, each in one; none where there are none @throws when no server answers */
const lookUpTxt: LookUpTxt = async (name) => {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  try {
    return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'ENODATA') return [];
    throw error;
  }
};

/** @throws when no server answers */
export async function readDnsRecords(domain: string, lookUp: LookUpTxt = lookUpTxt): Promise<DnsRecords> {
  const [own, dmarc, ...keys] = await Promise.all([
    lookUp(domain),
    firstDmarc(domain, lookUp),
    ...SELECTORS.map((selector) => lookUp(`${selector}._domainkey.${domain}`)),
  ]);
  const spf = own.find((text) => /^v=spf1(\s|$)/i.test(text));
  return {
    ...(spf === undefined ? {} : { spf }),
    ...(dmarc === undefined ? {} : { dmarc }),
    dkimSelectors: SELECTORS.filter((_selector, n) => keys[n]!.some((text) => /(^|;)\s*p=[A-Za-z0-9+/]/.test(text))),
  };
}

/** A subdomain without a policy has that of the domain above it. */
async function firstDmarc(domain: string, lookUp: LookUpTxt): Promise<string | undefined> {
  const labels = domain.split('.');
  for (let first = 0; first <= labels.length - 2; first += 1) {
    const found = (await lookUp(`_dmarc.${labels.slice(first).join('.')}`)).find((text) => /^v=DMARC1/i.test(text));
    if (found !== undefined) return found;
  }
  return undefined;
}
