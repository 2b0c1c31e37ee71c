import { type DynamicValue, decodeState, encodeState, isUnknown, type State } from './dynamic-value';
import { importedState, plannedState, requestForm, stateAfter } from './resource-state';
import { type Attribute, PROVIDER_ATTRIBUTES, RESOURCE_TYPES, type ResourceType } from './resource-types';
import { createTwilioRequests, type TwilioRequests } from './twilio-requests';

/** The calls of Terraform's plugin protocol, without its transport. */

interface ResourceRequest {
  type_name: string;
}
interface Diagnostic {
  severity: number;
  summary: string;
  detail?: string;
}
const ERROR = 1;
const failure = (error: unknown): Diagnostic[] => [
  { severity: ERROR, summary: error instanceof Error ? error.message : String(error) },
];

const argument = (name: string, required: boolean) => ({
  name,
  type: Buffer.from('"string"'),
  required,
  optional: !required,
});
const attribute = (name: string, { type, mode }: Attribute) => ({
  name,
  type: Buffer.from(JSON.stringify(type)),
  required: mode === 'required',
  optional: mode === 'optional',
  computed: mode !== 'required',
});
const schema = (attributes: object[]) => ({ version: 0, block: { version: 0, attributes } });

/** The provider's arguments, with the environment's variables for those that are left out, as Twilio's provider reads them. */
function withEnvironment(config: State, environment: NodeJS.ProcessEnv): State {
  const { TWILIO_API_KEY, TWILIO_ACCOUNT_SID, TWILIO_API_SECRET, TWILIO_AUTH_TOKEN } = environment;
  return {
    ...config,
    username: config.username ?? TWILIO_API_KEY ?? TWILIO_ACCOUNT_SID ?? null,
    password: config.password ?? TWILIO_API_SECRET ?? TWILIO_AUTH_TOKEN ?? null,
    account_sid: config.account_sid ?? TWILIO_ACCOUNT_SID ?? null,
  };
}

/**
 * A stand-in of Terraform's provider twilio/twilio.
 * @param stubUrl where Twilio's REST APIs are played, `http://127.0.0.1:<port>`
 */
export function createProvider(stubUrl: string, environment: NodeJS.ProcessEnv) {
  let requests: TwilioRequests | undefined;

  const typeOf = ({ type_name }: ResourceRequest): ResourceType => {
    const type = RESOURCE_TYPES[type_name];
    if (type === undefined) throw new Error(`The stand-in has no resource type ${type_name}.`);
    return type;
  };
  const twilio = (): TwilioRequests => {
    if (requests === undefined) throw new Error('The provider is not configured.');
    return requests;
  };

  async function change(type: ResourceType, prior: State | null, planned: State | null): Promise<State | null> {
    if (planned === null) {
      if (prior !== null) await twilio().remove(type, prior);
      return null;
    }
    if (prior !== null) return stateAfter(type, planned, await twilio().update(type, planned, form(planned, 'update')));
    const created = stateAfter(type, planned, await twilio().create(type, planned, form(planned, 'create')));
    if (!type.updatesAfterCreate) return created;
    return stateAfter(type, created, await twilio().update(type, created, form(planned, 'update')));

    function form(state: State, request: 'create' | 'update') {
      return requestForm(type, state, request);
    }
  }

  return {
    GetSchema: () => {
      const given = withEnvironment({}, environment);
      const isRequired = (name: string) => ['username', 'password'].includes(name) && given[name] === null;
      const credentials = PROVIDER_ATTRIBUTES.map((name) => argument(name, isRequired(name)));
      const resources = Object.entries(RESOURCE_TYPES).map(([name, { attributes }]) => [
        name,
        schema(Object.entries(attributes).map(([attributeName, one]) => attribute(attributeName, one))),
      ]);
      return { provider: schema(credentials), resource_schemas: Object.fromEntries(resources), diagnostics: [] };
    },

    PrepareProviderConfig: ({ config }: { config: DynamicValue }) => ({ prepared_config: config, diagnostics: [] }),

    Configure: ({ config }: { config: DynamicValue }) => {
      const { username, password, edge, region } = withEnvironment(decodeState(config) ?? {}, environment);
      if (edge || region) return { diagnostics: failure('The stand-in has neither an edge nor a region.') };
      if (typeof username !== 'string' || typeof password !== 'string') {
        // Unknown while it is planned, as when another resource makes them.
        if (isUnknown(username) || isUnknown(password)) return { diagnostics: [] };
        return { diagnostics: failure('Set TWILIO_API_KEY and TWILIO_API_SECRET.') };
      }
      requests = createTwilioRequests(stubUrl, { username, password });
      return { diagnostics: [] };
    },

    ValidateResourceTypeConfig: () => ({ diagnostics: [] }),

    UpgradeResourceState: ({ raw_state }: { raw_state: { json: Uint8Array } }) => ({
      upgraded_state: encodeState(JSON.parse(Buffer.from(raw_state.json).toString()) as State),
      diagnostics: [],
    }),

    /** Twilio's provider reports a resource that is gone as an error: it does not plan a new one. */
    ReadResource: async (request: ResourceRequest & { current_state: DynamicValue }) => {
      try {
        const state = decodeState(request.current_state) ?? {};
        const type = typeOf(request);
        return {
          new_state: encodeState(stateAfter(type, state, await twilio().read(type, state))),
          diagnostics: [],
        };
      } catch (error) {
        return { new_state: request.current_state, diagnostics: failure(error) };
      }
    },

    PlanResourceChange: (
      request: ResourceRequest & { prior_state: DynamicValue; proposed_new_state: DynamicValue },
    ) => ({
      planned_state: encodeState(
        plannedState(typeOf(request), decodeState(request.prior_state), decodeState(request.proposed_new_state)),
      ),
      // No attribute of these types is marked so, not even a workspace.
      requires_replace: [],
      diagnostics: [],
      // With Terraform's older SDK, what Twilio answers may differ from what was planned.
      legacy_type_system: true,
    }),

    ApplyResourceChange: async (
      request: ResourceRequest & { prior_state: DynamicValue; planned_state: DynamicValue },
    ) => {
      const prior = decodeState(request.prior_state);
      try {
        const state = await change(typeOf(request), prior, decodeState(request.planned_state));
        return { new_state: encodeState(state), diagnostics: [], legacy_type_system: true };
      } catch (error) {
        return { new_state: encodeState(prior), diagnostics: failure(error), legacy_type_system: true };
      }
    },

    ImportResourceState: (request: ResourceRequest & { id: string }) => {
      const type = typeOf(request);
      const state = importedState(type, request.id);
      if (state === undefined) {
        const expected = `invalid import ID (${JSON.stringify(request.id)}), expected ${type.id.join('/')}`;
        return { imported_resources: [], diagnostics: failure(expected) };
      }
      return {
        imported_resources: [{ type_name: request.type_name, state: encodeState(state) }],
        diagnostics: [],
      };
    },

    Stop: () => ({ Error: '' }),
  };
}
