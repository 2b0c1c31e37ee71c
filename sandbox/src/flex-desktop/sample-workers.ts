import type { Worker } from '../taskrouter/types';
import type { SandboxWorld } from '../world/world';

export interface SampleWorker {
  /** For addresses and tests. */
  key: string;
  fullName: string;
  email: string;
  roles: readonly string[];
  skills: readonly string[];
  /** Their description on the front page. */
  description: string;
}

/** The people of the sandbox's contact centre. */
export const SAMPLE_WORKERS: readonly SampleWorker[] = [
  {
    key: 'sam',
    fullName: 'Sam Rivera',
    email: 'sam@example.com',
    roles: ['agent'],
    skills: ['support', 'sales'],
    description: 'An agent.',
  },
  {
    key: 'ana',
    fullName: 'Ana Costa',
    email: 'ana@example.com',
    roles: ['agent'],
    skills: ['support'],
    description: 'Another agent, for whatever takes two.',
  },
  {
    key: 'sue',
    fullName: 'Sue Okafor',
    email: 'sue@example.com',
    roles: ['supervisor'],
    skills: ['support', 'sales'],
    description: 'A supervisor.',
  },
  {
    key: 'adam',
    fullName: 'Adam Novak',
    email: 'adam@example.com',
    roles: ['admin'],
    skills: [],
    description: 'An administrator.',
  },
];

/** A user's identity in Flex: the mail address; `_` and two hexadecimal digits replace other characters. */
function toFlexIdentity(email: string): string {
  return email.replace(/[^A-Za-z0-9]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return `_${code}`;
  });
}

/** A worker as signing in to Flex makes and keeps one: offline at first, with room for one call. */
export function addSampleWorker({ taskRouter }: SandboxWorld, sample: SampleWorker): Worker {
  const identity = toFlexIdentity(sample.email);
  return taskRouter.addWorker({
    name: identity,
    capacity: { default: 5, chat: 5, sms: 5, email: 5, video: 1, voice: 1 },
    attributes: {
      full_name: sample.fullName,
      email: sample.email,
      contact_uri: `client:${identity}`,
      roles: sample.roles,
      image_url: '',
      routing: { skills: sample.skills, levels: {} },
    },
  });
}
