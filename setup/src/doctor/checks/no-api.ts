import { type Finding, unknown } from '../finding';

/**
 * Settings that no API tells. Each names where they are seen, and what this product does with either value.
 */
export const checkNoApi = (): Finding[] => [
  unknown(
    'media-authentication',
    'Whether recordings need authentication',
    'Console, Voice, Settings, “HTTP authentication for media access”: on. Both work.',
  ),
  unknown(
    'recording-encryption',
    'Whether recordings are encrypted',
    'Console, Voice, Settings. If they are, mails say so instead of attaching them: docs/known-limits.md.',
  ),
  unknown(
    'external-storage',
    'Whether recordings are stored outside Twilio',
    'Console, Voice, Settings. If they are, mails say so instead of attaching them: docs/known-limits.md.',
  ),
  unknown('pci-mode', 'Whether PCI mode is on', 'Console, Voice, Settings. If it is, there are no transcripts.'),
];
