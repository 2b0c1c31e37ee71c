import { type Finding, right, unknown, wrong } from '../finding';
import { isUnread, type Snapshot } from '../snapshot';

const FUNCTION_URL = /https:\/\/([a-z0-9.-]+)\/features\/callback-and-voicemail-with-email\//g;

/** Whether callers get to the Functions. */
export function checkTelephone(snapshot: Snapshot): Finding[] {
  return [...checkFlows(snapshot), ...checkNumbers(snapshot)];
}

const usesFunctions = (definition: unknown) =>
  JSON.stringify(definition ?? {}).includes('/features/callback-and-voicemail');

function checkFlows({ flows, functions, workflows }: Snapshot): Finding[] {
  if (isUnread(flows)) return [unknown('flow', `Studio flows cannot be read: ${flows.reason}`, 'Run it again.')];
  const ours = flows.filter(({ definition }) => usesFunctions(definition));
  if (ours.length === 0)
    return [
      unknown(
        'flow',
        'No Studio flow names the Functions',
        'If your queue has another way to them, its wait URL must be studio/wait-experience; otherwise run npm run setup.',
      ),
    ];
  const domain = !isUnread(functions) ? functions?.domain : undefined;
  return ours.flatMap(({ friendly_name: name, status, definition }) => {
    const text = JSON.stringify(definition);
    const others = new Set(
      [...text.matchAll(FUNCTION_URL)]
        .map(([, host]) => host)
        .filter((host) => domain !== undefined && host !== domain),
    );
    const findings = [
      status === 'published'
        ? right('flow-published', `The flow “${name}” is published`)
        : wrong(
            'flow-published',
            `The flow “${name}” is a draft: callers get its last published version`,
            'Publish it: Console, Studio.',
          ),
    ];
    if (others.size > 0)
      findings.push(
        wrong(
          'flow-domain',
          `The flow “${name}” calls Functions of another domain: ${[...others].join(', ')}`,
          'Correct it, or run npm run setup.',
        ),
      );
    if (/\$\{\w+\}/.test(text))
      findings.push(
        wrong(
          'flow-values',
          `The flow “${name}” has values that nobody set`,
          'Set them: infra-as-code/studio/README.md.',
        ),
      );
    const gone = !isUnread(workflows)
      ? (text.match(/WW[0-9a-f]{32}/g) ?? []).filter((sid) => !workflows.some((workflow) => workflow.sid === sid))
      : [];
    if (gone.length > 0)
      findings.push(
        wrong(
          'flow-workflow',
          `The flow “${name}” sends calls to a workflow that is gone`,
          'Choose another in its Send to Flex widget.',
        ),
      );
    return findings;
  });
}

function checkNumbers({ numbers, flows, functions, accountSid }: Snapshot): Finding[] {
  const unreadable = [numbers, flows].find(isUnread);
  if (isUnread(numbers) || isUnread(flows))
    return [unknown('number', `Whether a number leads to it cannot be read: ${unreadable?.reason}`, 'Run it again.')];
  const flowSids = flows.filter(({ definition }) => usesFunctions(definition)).map(({ sid }) => sid);
  const webhooks = flowSids.map((sid) => `https://webhooks.twilio.com/v1/Accounts/${accountSid}/Flows/${sid}`);
  const domain = !isUnread(functions) ? functions?.domain : undefined;
  const leadsHere = (url: unknown) =>
    typeof url === 'string' &&
    (webhooks.includes(url) || (domain !== undefined && url.startsWith(`https://${domain}/`)));
  const ours = numbers.filter(({ voice_url: url }) => leadsHere(url));
  if (ours.length === 0)
    return [
      wrong('number', 'No telephone number leads to the flow or to the Functions', 'Run npm run setup -- --number +1…'),
    ];
  const shadowed = ours.filter(({ voice_application_sid: application, trunk_sid: trunk }) => application || trunk);
  return [
    right('number', `${ours.length} ${ours.length === 1 ? 'number leads' : 'numbers lead'} to it`),
    shadowed.length === 0
      ? right('number-shadowed', 'Nothing goes before its URL')
      : wrong(
          'number-shadowed',
          `${shadowed.length} of them have a TwiML app or a trunk, which goes before the URL`,
          'Remove it: Console, Phone Numbers.',
        ),
  ];
}
