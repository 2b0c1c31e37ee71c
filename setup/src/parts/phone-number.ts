import type { Resource } from '../account/rest';
import type { PlannedValue } from '../plan';
import { SetupError } from '../setup-error';
import { type Before, type Inspection, nothingThere, type Part, type PartContext } from './part';
import { findFlow } from './studio-flow';

const numbersUrl = ({ rest }: PartContext) =>
  `https://api.twilio.com/2010-04-01/Accounts/${rest.accountSid}/IncomingPhoneNumbers`;

/** The number that callers dial; last, when everything behind it works. */
export const phoneNumber: Part = {
  id: 'phone-number',
  title: 'Telephone number',
  async inspect(context): Promise<Inspection> {
    const { choices } = context;
    if (choices.number === 'none') return { action: 'skip', values: [], note: 'as chosen' };
    const number = await findNumber(context, choices.number);
    if (number === undefined)
      throw new SetupError('number', 'The telephone number is not one of the account', 'Choose another: --number');
    const { sid, voice_url, voice_method, voice_application_sid, trunk_sid } = number;
    // A trunk's calls go past the URL (the page of `carryOut`).
    if (trunk_sid && choices.flow !== 'none')
      throw new SetupError(
        'trunk',
        'The telephone number belongs to a SIP trunk, which takes its calls',
        'Remove it from the trunk in the Twilio Console, or choose another: --number',
      );
    const wanted = voiceUrl(context);
    if (wanted !== undefined && voice_url === wanted && !voice_application_sid)
      return { action: 'keep', sid, values: [] };
    if (choices.flow === 'none') return { action: 'keep', sid, values: [], note: 'is left as it is, without a flow' };
    return {
      action: 'change',
      sid,
      values: [
        { name: 'voice_url', to: wanted ?? '(known once the flow is created)', from: voice_url ?? '' },
        ...(voice_application_sid
          ? [{ name: 'voice_application_sid', to: '(none)', from: voice_application_sid }]
          : []),
      ],
      before: {
        [sid]: {
          voice_url,
          voice_method,
          voice_application_sid: voice_application_sid ?? '',
          ours: wanted,
        },
      },
    };
  },
  async carryOut(context, { sid, values }) {
    const hasApplication = values.some(({ name }) => name === 'voice_application_sid');
    await context.rest.post(`${numbersUrl(context)}/${sid}.json`, {
      VoiceUrl: voiceUrl(context),
      VoiceMethod: 'POST',
      // An application would go before the URL (twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
      ...(hasApplication ? { VoiceApplicationSid: '' } : {}),
    });
  },
  async inspectUndo(context, before = {}) {
    if (Object.keys(before).length === 0) return { action: 'keep', values: [], note: 'was not changed' };
    const values: PlannedValue[] = [];
    let isChangedSince = false;
    for (const [sid, was] of changedNumbers(before)) {
      const number = await context.rest.find(`${numbersUrl(context)}/${sid}.json`);
      if (number === undefined || number.voice_url === was.voice_url) continue;
      if (await isOurUrl(context, number.voice_url, was))
        values.push({ name: `voice_url of ${sid}`, from: number.voice_url, to: was.voice_url });
      else isChangedSince = true;
    }
    if (values.length > 0) return { action: 'change', values };
    return isChangedSince ? nothingThere('somebody has changed it since') : { action: 'keep', values };
  },
  async undo(context, _inspection, before = {}) {
    for (const [sid, was] of changedNumbers(before)) {
      const url = `${numbersUrl(context)}/${sid}.json`;
      const number = await context.rest.find(url);
      if (number === undefined || !(await isOurUrl(context, number.voice_url, was))) continue;
      await context.rest.post(url, {
        VoiceUrl: was.voice_url ?? '',
        VoiceMethod: was.voice_method ?? 'POST',
        ...(was.voice_application_sid ? { VoiceApplicationSid: was.voice_application_sid } : {}),
      });
    }
  },
};

/** All that were chosen in any run: by SID, what they had before. */
const changedNumbers = (before: Before) => Object.entries(before) as [string, Resource][];

/** Also of a flow of ours that was created again. */
async function isOurUrl(context: PartContext, url: unknown, { ours }: Resource): Promise<boolean> {
  if (url === ours) return true;
  const flow = await findFlow(context);
  return flow !== undefined && url === flowUrl(context, flow.sid);
}

/** twilio.com/docs/studio/user-guide/get-started: the webhook of a flow. */
const flowUrl = ({ rest }: PartContext, flow: string) =>
  `https://webhooks.twilio.com/v1/Accounts/${rest.accountSid}/Flows/${flow}`;

function voiceUrl(context: PartContext): string | undefined {
  const flow = context.known['studio-flow'];
  return flow && flowUrl(context, flow);
}

async function findNumber(context: PartContext, number: string) {
  const url = `${numbersUrl(context)}.json?PhoneNumber=${encodeURIComponent(number)}`;
  return (await context.rest.list(url, 'incoming_phone_numbers')).find((one) => one.phone_number === number);
}
