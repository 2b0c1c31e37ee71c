import { SetupError } from '../setup-error';
import type { Inspection, Part, PartContext } from './part';

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
    const { sid, voice_url, voice_method, voice_application_sid } = number;
    const wanted = voiceUrl(context);
    if (wanted !== undefined && voice_url === wanted && !voice_application_sid)
      return { action: 'keep', sid, values: [] };
    if (choices.flow === 'none') return { action: 'keep', sid, values: [], note: 'is left as it is, without a flow' };
    return {
      action: 'change',
      sid,
      values: [{ name: 'voice_url', to: wanted ?? '(known once the flow is created)', from: voice_url ?? '' }],
      before: { sid, voice_url, voice_method, voice_application_sid: voice_application_sid ?? '' },
    };
  },
  async carryOut(context, { sid, before }) {
    await context.rest.post(`${numbersUrl(context)}/${sid}.json`, {
      VoiceUrl: voiceUrl(context),
      VoiceMethod: 'POST',
      // An application would go before the URL (twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
      ...(before?.voice_application_sid ? { VoiceApplicationSid: '' } : {}),
    });
  },
  async inspectUndo(context, before) {
    if (before === undefined) return { action: 'keep', values: [], note: 'was not changed' };
    const number = await context.rest.find(`${numbersUrl(context)}/${before.sid}.json`);
    if (number === undefined) return { action: 'skip', values: [], note: 'is not there any more' };
    const isOurs = /^https:\/\/webhooks\.twilio\.com\/v1\/Accounts\/\w+\/Flows\//.test(number.voice_url ?? '');
    if (number.voice_url === before.voice_url) return { action: 'keep', sid: number.sid, values: [] };
    if (!isOurs) return { action: 'keep', sid: number.sid, values: [], note: 'somebody has changed it since' };
    return {
      action: 'change',
      sid: number.sid,
      values: [{ name: 'voice_url', from: number.voice_url, to: before.voice_url }],
    };
  },
  async undo(context, { sid }, before) {
    await context.rest.post(`${numbersUrl(context)}/${sid}.json`, {
      VoiceUrl: String(before?.voice_url ?? ''),
      VoiceMethod: String(before?.voice_method ?? 'POST'),
      ...(before?.voice_application_sid ? { VoiceApplicationSid: String(before.voice_application_sid) } : {}),
    });
  },
};

/** twilio.com/docs/studio/user-guide/get-started: the webhook of a flow. */
function voiceUrl({ rest, known }: PartContext): string | undefined {
  const flow = known['studio-flow'];
  return flow && `https://webhooks.twilio.com/v1/Accounts/${rest.accountSid}/Flows/${flow}`;
}

async function findNumber(context: PartContext, number: string) {
  const url = `${numbersUrl(context)}.json?PhoneNumber=${encodeURIComponent(number)}`;
  return (await context.rest.list(url, 'incoming_phone_numbers')).find((one) => one.phone_number === number);
}
