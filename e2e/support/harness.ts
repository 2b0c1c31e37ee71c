import type { Fault, MailFault, RequestRecord } from '../../sandbox/src/world/types';
import {
  API_KEY,
  deployProduct,
  type HarnessOptions,
  OUTBOX_TOKEN,
  SENDGRID_KEY,
  SMTP_PASSWORD,
} from './deployed-product';
import { productRequests } from './product-requests';
import { accountRecordings, sentMails } from './recordings-and-mails';
import { storedDocuments } from './stored-documents';
import { tasksAndWorkers } from './tasks-and-workers';
import { telephoneCalls } from './telephone-calls';
import { createWebhookDelivery } from './webhook-delivery';

export type { HarnessOptions } from './deployed-product';
export type { HeardPrompt } from './telephone-calls';
export type FaultOptions = Fault;

/**
 * The built Functions under Twilio's own local runtime, against the sandbox, with real signatures, in virtual time.
 * Requests are handed over in the process, which costs two thirds of HTTP's CPU time. One harness at a time: the runtime keeps its Functions in module state, and time is global.
 */
export type Harness = Awaited<ReturnType<typeof openHarness>>;
let openHarnesses: (() => Promise<void>)[] = [];

/** For `afterEach`: takes down what a test set up. */
export async function closeHarnesses(): Promise<void> {
  const closing = openHarnesses;
  openHarnesses = [];
  for (const close of closing) await close();
}

/** For tests of what travels over HTTP: signatures, parameters, tokens, sound, mails. */
export const openHarnessOverHttp = (options: HarnessOptions = {}) => openHarness({ ...options, transport: 'http' });

export async function openHarness(options: HarnessOptions = {}) {
  const logs: string[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => {
    logs.push(String(line));
  });
  const delivery = createWebhookDelivery();
  const twilio = await deployProduct(options, options.deliver ?? delivery.intercept);
  const { world, clock, voice, mailbox, mailgun, stubUrl: twilioUrl, gatewayUrl: functionsUrl } = twilio;
  openHarnesses.push(async () => {
    await twilio.close();
    jest.restoreAllMocks();
  });
  const documents = storedDocuments(twilio);
  if (options.settings) await documents.setSettings(options.settings);
  const calls = telephoneCalls(twilio, (end) => openHarnesses.push(async () => end()));
  return {
    /** The sandbox itself, for tests that need more than the methods here. */
    world,
    voice,
    clock,
    mailbox,
    mailgun,
    /** Where the sandbox's Twilio and Mailgun answer. */
    twilioUrl,
    /** Where the Functions answer, over HTTP; null within the process. */
    functionsUrl,
    ...calls,
    ...documents,
    ...delivery.actions(voice),
    ...tasksAndWorkers(twilio),
    ...accountRecordings(twilio, calls.sample),
    ...sentMails(twilio),
    ...productRequests(twilio),

    advance: (ms: number) => clock.advance(ms),
    redeploy: (variables: Record<string, string>) => twilio.redeploy(variables),
    /** The operator puts right what `environment` broke, and deploys. */
    repairMailVariables: () => twilio.redeploy({ MAILGUN_API_KEY: API_KEY }),

    /** How long Twilio takes for each request from now on, so that those sent in parallel overlap. */
    setLatency(ms: number) {
      twilio.rest.link.latencyMs = ms;
    },
    injectFault: (fault: Fault) => world.faults.add(fault),
    /** What goes wrong with mails, at whichever provider. */
    faults: { mail: (fault: MailFault) => world.faults.mail(fault) },
    requestCount: () => world.requests.length,
    requestsSince: (mark: number): RequestRecord[] => world.requests.slice(mark),
    /** Runs once, just before the first matching request is answered. */
    beforeRequest(match: { host: string; method: string; path: RegExp }, act: () => void) {
      const push = world.requests.push.bind(world.requests);
      world.requests.push = (...records) => {
        const length = push(...records);
        if (
          records.some(
            ({ host, method, path: at }) => host === match.host && method === match.method && match.path.test(at),
          )
        ) {
          world.requests.push = push;
          act();
        }
        return length;
      };
    },

    /** What the sandbox found wrong with what the product did. */
    sandboxErrors: () => world.eventLog.entries().filter(({ level }) => level === 'error'),
    functionLogs: () => logs.filter((line) => line.startsWith('{')),
    secrets: () => [
      ...[world.account.authToken, API_KEY, OUTBOX_TOKEN, API_KEY.slice(4)],
      ...[SENDGRID_KEY, SENDGRID_KEY.slice(3), SMTP_PASSWORD],
    ],
  };
}
