import type { Resource, TwilioRest } from '../account/rest';
import { type Inspection, nothingThere, type Part } from './part';

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
    if (ours?.version === version) return { action: 'keep', sid: ours.plugin_sid, values: [] };
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
    };
  },
  async carryOut(context) {
    const { rest, known, plugin: file } = context;
    const { sid } =
      (await rest.find(`${SERVICE}/Plugins/${file.uniqueName}`)) ??
      (await rest.post(`${SERVICE}/Plugins`, {
        UniqueName: file.uniqueName,
        FriendlyName: 'Callbacks and voicemail with email',
        Description: 'Agents handle callbacks and voicemails; supervisors choose who is emailed.',
      }));
    const version =
      (await rest.find(`${SERVICE}/Plugins/${sid}/Versions/${file.version}`)) ??
      (await rest.post(`${SERVICE}/Plugins/${sid}/Versions`, {
        Version: file.version,
        PluginUrl: `https://${known['functions-service']!.domain}${file.asset.path}`,
        Changelog: `Build ${context.bundle.hash.slice(0, 12)}`,
        Private: false,
      }));
    const others = (await readReleased(rest)).filter(({ plugin_sid }) => plugin_sid !== sid);
    await release(rest, `Callbacks and voicemail ${file.version}`, [
      ...others.map(toReference),
      reference(version.sid),
    ]);
  },
  async inspectUndo({ rest, plugin: { uniqueName } }) {
    const ours = (await readReleased(rest)).find(({ unique_name: name }) => name === uniqueName);
    if (ours === undefined) return nothingThere('is not released');
    const note = 'from the release; Twilio keeps plugins, archived';
    return { action: 'delete', sid: ours.plugin_sid, values: [], note };
  },
  async undo({ rest }, { sid }) {
    const others = (await readReleased(rest)).filter(({ plugin_sid }) => plugin_sid !== sid);
    await release(rest, 'Without callbacks and voicemail', others.map(toReference));
    await rest.post(`${SERVICE}/Plugins/${sid}/Archive`, {});
  },
};

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
