import { isDeepStrictEqual } from 'node:util';
import type { Resource } from '../account/rest';
import type { PlannedValue } from '../plan';
import type { Inspection, Part, PartContext } from './part';

export const FLEX_CONFIGURATION = 'https://flex-api.twilio.com/v1/Configuration';
const FEATURE = 'callback_and_voicemail_with_email';

/**
 * What the plugin reads: where the Functions are. And whether agents may call out, which calling back needs.
 * A field of the configuration is replaced whole by an update, so what is in it is read and merged.
 * https://www.twilio.com/docs/flex/developer/config/flex-configuration-rest-api
 */
export const flexConfiguration: Part = {
  id: 'flex-configuration',
  title: 'Flex configuration',
  async inspect(context): Promise<Inspection> {
    const configuration = await context.rest.get(FLEX_CONFIGURATION);
    const values = changes(context, configuration);
    return {
      action: values.length === 0 ? 'keep' : 'change',
      sid: configuration.account_sid,
      values,
      ...(asksOthers(context, configuration)
        ? { note: 'there is one for all environments: every agent’s plugin asks these Functions from now on' }
        : {}),
      before: {
        feature: customData(configuration).features?.[FEATURE] ?? null,
        hadFeatures: customData(configuration).features !== undefined,
        hadCustomData: configuration.ui_attributes?.custom_data !== undefined,
        ...(enablesOutbound(context, configuration) ? { outbound: configuration.outbound_call_flows ?? null } : {}),
      },
    };
  },
  async carryOut(context) {
    const configuration = await context.rest.get(FLEX_CONFIGURATION);
    if (changes(context, configuration).length === 0) return;
    await context.rest.postJson(FLEX_CONFIGURATION, {
      account_sid: context.rest.accountSid,
      ui_attributes: withFeature(configuration, featureFor(context, configuration)),
      ...(context.choices.enableOutboundCalls
        ? {
            outbound_call_flows: {
              ...configuration.outbound_call_flows,
              default: outboundFlow(context, configuration),
            },
          }
        : {}),
    });
  },
  async inspectUndo(context, before) {
    const configuration = await context.rest.get(FLEX_CONFIGURATION);
    if (before === undefined) return { action: 'keep', values: [], note: 'nothing is known of what was there before' };
    const now = customData(configuration).features?.[FEATURE] ?? null;
    const values = [
      ...(isDeepStrictEqual(now, before.feature)
        ? []
        : [{ name: `ui_attributes.custom_data.features.${FEATURE}`, from: now, to: before.feature ?? '(none)' }]),
      ...(before.outbound === undefined || isDeepStrictEqual(configuration.outbound_call_flows ?? null, before.outbound)
        ? []
        : [{ name: 'outbound_call_flows', from: configuration.outbound_call_flows, to: before.outbound }]),
    ];
    return { action: values.length === 0 ? 'keep' : 'change', values };
  },
  async undo({ rest }, _inspection, before) {
    const configuration = await rest.get(FLEX_CONFIGURATION);
    const { features = {}, ...rest_ } = customData(configuration);
    const { [FEATURE]: _ours, ...others } = features;
    const restored = before?.feature == null ? others : { ...others, [FEATURE]: before.feature };
    const isEmpty = Object.keys(restored).length === 0 && before?.hadFeatures !== true;
    const data = isEmpty ? rest_ : { ...rest_, features: restored };
    const { custom_data: _there, ...attributes } = configuration.ui_attributes ?? {};
    const isDataEmpty = Object.keys(data).length === 0 && before?.hadCustomData !== true;
    await rest.postJson(FLEX_CONFIGURATION, {
      account_sid: rest.accountSid,
      ui_attributes: isDataEmpty ? attributes : { ...attributes, custom_data: data },
      ...(before?.outbound === undefined ? {} : { outbound_call_flows: before.outbound ?? {} }),
    });
  },
};

/** Whether the plugin asks the Functions of another environment now. */
function asksOthers({ known }: PartContext, configuration: Resource): boolean {
  const there: unknown = customData(configuration).features?.[FEATURE]?.functions_domain;
  return there !== undefined && there !== known['functions-service']?.domain;
}

const customData = (configuration: Resource): Resource => configuration.ui_attributes?.custom_data ?? {};

/** What the feature's own part of the configuration should be; other keys that people set there stay. */
function featureFor({ known }: PartContext, configuration: Resource): Resource {
  const there: Resource = customData(configuration).features?.[FEATURE] ?? {};
  const domain = known['functions-service']?.domain;
  return { ...there, ...(domain === undefined ? {} : { functions_domain: domain }) };
}

function withFeature(configuration: Resource, feature: Resource): Resource {
  const data = customData(configuration);
  return {
    ...configuration.ui_attributes,
    custom_data: { ...data, features: { ...data.features, [FEATURE]: feature } },
  };
}

/** The default flow of outbound calls, with what it needs; values that people chose stay. */
function outboundFlow({ known, choices, basics }: PartContext, configuration: Resource): Resource {
  const there = Object.fromEntries(
    Object.entries((configuration.outbound_call_flows?.default ?? {}) as Resource).filter(
      ([, value]) => value !== null,
    ),
  );
  return {
    workflow_sid: basics.callWorkflowSid ?? known.workflow,
    queue_sid: choices.callQueue,
    location: 'US',
    ...(choices.number === 'none' ? {} : { caller_id: choices.number }),
    ...there,
    enabled: true,
  };
}

const enablesOutbound = ({ choices }: PartContext, configuration: Resource): boolean =>
  choices.enableOutboundCalls && configuration.outbound_call_flows?.default?.enabled !== true;

function changes(context: PartContext, configuration: Resource): PlannedValue[] {
  const feature: Resource = customData(configuration).features?.[FEATURE] ?? {};
  const domain = context.known['functions-service']?.domain;
  const values: PlannedValue[] = [];
  if (domain === undefined || feature.functions_domain !== domain)
    values.push({
      name: `ui_attributes.custom_data.features.${FEATURE}.functions_domain`,
      to: domain ?? '(known once it is created)',
      ...(feature.functions_domain === undefined ? {} : { from: feature.functions_domain }),
    });
  const there: Resource = configuration.outbound_call_flows?.default ?? {};
  if (!enablesOutbound(context, configuration)) return values;
  for (const [name, to] of Object.entries(outboundFlow(context, configuration)))
    if (there[name] !== to)
      values.push({ name: `outbound_call_flows.default.${name}`, to, from: there[name] ?? '(none)' });
  return values;
}
