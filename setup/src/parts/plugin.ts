import type { Resource, TwilioRest } from '../account/rest';
import { addAsset } from '../functions/deployment';
import { isVersionOf } from '../functions/plugin-file';
import { type Inspection, nothingThere, type Part, type PartContext } from './part';

const SERVICE = 'https://flex-api.twilio.com/v1/PluginService';
/** The plugin is loaded as the page starts: the only phase that Twilio's tools use. */
const PHASE = 3;

/**
 * The Flex plugin: a version, and a release that names it beside the other plugins of the account. A plugin without a
 * release is off. https://www.twilio.com/docs/flex/developer/plugins/api
 */
export const plugin: Part = {
  id: 'plugin',
  title: 'Flex plugin',
  async inspect(context): Promise<Inspection> {
    const { uniqueName, version } = context.plugin;
    const released = await readReleased(context.rest);
    const ours = released.find(({ unique_name: name }) => name === uniqueName);
    if (ours !== undefined && isVersionOf(ours.version, version) && isServedByUs(context, ours))
      return { action: 'keep', sid: ours.plugin_sid, values: [] };
    return {
      action: ours === undefined ? 'create' : 'change',
      ...(ours && { sid: ours.plugin_sid }),
      values: [
        { name: 'version', to: version, ...(ours && { from: ours.version }) },
        {
          name: 'released beside',
          to:
            released
              .filter((one) => one !== ours)
              .map(nameAndVersion)
              .join(', ') || 'no other',
        },
      ],
      ...(ours && { before: { plugin_version_sid: ours.plugin_version_sid, phase: ours.phase } }),
    };
  },
  async carryOut(context) {
    const { rest, known, plugin: file } = context;
    // Its file is deployed with the Functions, unless the plugin alone is deployed.
    await addAsset(rest, known['functions-service']!, file.asset, context);
    const { sid } =
      (await rest.find(`${SERVICE}/Plugins/${file.uniqueName}`)) ??
      (await rest.post(`${SERVICE}/Plugins`, {
        UniqueName: file.uniqueName,
        FriendlyName: 'Callbacks and voicemail with email',
        Description: 'Agents handle callbacks and voicemails; supervisors choose who is emailed.',
      }));
    const version = await findOrCreateVersion(context, sid);
    const others = (await readReleased(rest)).filter(({ plugin_sid }) => plugin_sid !== sid);
    await release(rest, `Callbacks and voicemail ${file.version}`, [
      ...others.map(toReference),
      reference(version.sid),
    ]);
  },
  async inspectUndo({ rest, plugin: { uniqueName } }, before, isOurs) {
    const ours = (await readReleased(rest)).find(({ unique_name: name }) => name === uniqueName);
    if (ours === undefined) return nothingThere('is not released');
    const { plugin_sid: sid, plugin_version_sid: now } = ours;
    if (isOurs) return { action: 'delete', sid, values: [], note: 'from the release; Twilio keeps the plugin' };
    if (before === undefined || before.plugin_version_sid === now)
      return { action: 'keep', sid, values: [], note: 'was there before' };
    return { action: 'change', sid, values: [{ name: 'version', from: now, to: before.plugin_version_sid }] };
  },
  // It is not archived: that is for ever, and the plugin could not be set up again
  // (twilio.com/docs/flex/developer/plugins/cli/archive).
  async undo({ rest }, { action, sid }, before) {
    const others = (await readReleased(rest)).filter(({ plugin_sid }) => plugin_sid !== sid);
    const earlier = action === 'change' && before !== undefined ? [before] : [];
    await release(rest, 'Without callbacks and voicemail', [...others, ...earlier].map(toReference));
  },
};

/** From any environment of the service that there is: each has the plugins of its own builds. */
function isServedByUs({ known }: PartContext, { plugin_url: url }: Resource): boolean {
  const domain = known['functions-service']?.domain;
  return domain !== undefined && String(url).startsWith(`https://${domain.slice(0, domain.lastIndexOf('-') + 1)}`);
}

/** A version keeps its address, and a service that is created again has another one. */
async function findOrCreateVersion(context: PartContext, pluginSid: string): Promise<Resource> {
  const { rest, known, bundle, plugin: file } = context;
  const versions = `${SERVICE}/Plugins/${pluginSid}/Versions`;
  const url = `https://${known['functions-service']!.domain}${file.asset.path}`;
  let name = file.version;
  for (let n = 1; ; n += 1) {
    const there = await rest.find(`${versions}/${name}`);
    if (there?.plugin_url === url) return there;
    if (there === undefined) break;
    name = `${file.version}.${n}`;
  }
  const changelog = `Build ${bundle.hash.slice(0, 12)}`;
  return rest.post(versions, { Version: name, PluginUrl: url, Changelog: changelog, Private: false });
}

const nameAndVersion = ({ unique_name: name, version }: Resource) => `${name} ${version}`;
const reference = (version: string, phase = PHASE) => JSON.stringify({ plugin_version: version, phase });
const toReference = ({ plugin_version_sid: version, phase }: Resource) => reference(version, phase);

/** The plugins that Flex loads now. */
export async function readReleased(rest: TwilioRest): Promise<Resource[]> {
  // The newest comes first and is the one in force.
  const [latest] = (await rest.get(`${SERVICE}/Releases?PageSize=1`)).releases as Resource[];
  if (latest === undefined) return [];
  return rest.list(`${SERVICE}/Configurations/${latest.configuration_sid}/Plugins`, 'plugins');
}

async function release(rest: TwilioRest, name: string, plugins: readonly string[]): Promise<void> {
  const { sid } = await rest.post(`${SERVICE}/Configurations`, { Name: name, Plugins: plugins });
  await rest.post(`${SERVICE}/Releases`, { ConfigurationId: sid });
}
