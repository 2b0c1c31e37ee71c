import type { PluginConfiguration, PluginRelease, PluginVersion } from '../../flex/plugin-service';
import { isObject } from '../../world/is-object';
import { badRequest, notFound } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import type { RestRequest, Route } from '../route';
import { listResponse, PLUGIN_SERVICE, pluginServiceUrl } from './listing';

const CONFIGURATIONS = `${PLUGIN_SERVICE}/Configurations`;
const CONFIGURATION = `${CONFIGURATIONS}/{Sid}`;
const CONFIGURED = `${CONFIGURATIONS}/{ConfigurationSid}/Plugins`;
const RELEASES = `${PLUGIN_SERVICE}/Releases`;

/** Configurations of plugins, and which of them Flex loads. */
export function pluginReleaseRoutes({ flex: { pluginService }, account }: World): Route[] {
  const { accountSid } = account;
  const find = ({ params, path }: RestRequest): PluginConfiguration => {
    const configuration = pluginService.configuration(params.ConfigurationSid ?? params.Sid!);
    if (!configuration) throw notFound(path);
    return configuration;
  };
  const configurationJson = (configuration: PluginConfiguration) => {
    const url = pluginServiceUrl('Configurations', configuration.sid);
    return {
      sid: configuration.sid,
      account_sid: accountSid,
      name: configuration.name,
      description: configuration.description,
      archived: configuration.archived,
      date_created: isoDate(configuration.dateCreated),
      url,
      links: { plugins: `${url}/Plugins` },
    };
  };
  const configuredJson =
    ({ sid, dateCreated }: PluginConfiguration) =>
    ({ version, phase }: { version: PluginVersion; phase: number }) => ({
      account_sid: accountSid,
      configuration_sid: sid,
      plugin_sid: version.plugin.sid,
      plugin_version_sid: version.sid,
      phase,
      plugin_url: version.pluginUrl,
      unique_name: version.plugin.uniqueName,
      friendly_name: version.plugin.friendlyName,
      description: version.plugin.description,
      plugin_archived: version.plugin.archived,
      version: version.version,
      changelog: version.changelog,
      plugin_version_archived: version.archived,
      private: version.isPrivate,
      date_created: isoDate(dateCreated),
      url: `${pluginServiceUrl('Configurations', sid)}/Plugins/${version.plugin.sid}`,
    });
  const releaseJson = ({ sid, configuration, dateCreated }: PluginRelease) => ({
    sid,
    account_sid: accountSid,
    configuration_sid: configuration.sid,
    date_created: isoDate(dateCreated),
    url: pluginServiceUrl('Releases', sid),
  });

  return [
    {
      method: 'GET',
      path: CONFIGURATIONS,
      handle: (request) => listResponse(request, 'configurations', pluginService.configurations, configurationJson),
    },
    {
      method: 'POST',
      path: CONFIGURATIONS,
      handle({ fields }) {
        const configuration = pluginService.addConfiguration({
          name: fields.text('Name')!,
          description: fields.text('Description') ?? '',
          plugins: fields.all('Plugins').map(readConfiguredPlugin),
        });
        const text = `Flex plugin configuration ${configuration.name} created`;
        return { status: 201, body: configurationJson(configuration), log: { text } };
      },
    },
    {
      method: 'GET',
      path: CONFIGURATION,
      handle: (request) => ({ status: 200, body: configurationJson(find(request)) }),
    },
    {
      method: 'POST',
      path: `${CONFIGURATION}/Archive`,
      handle(request) {
        const configuration = find(request);
        pluginService.archive(configuration);
        const { links: _links, ...body } = configurationJson(configuration);
        return { status: 200, body, log: { text: `Flex plugin configuration ${configuration.name} archived` } };
      },
    },
    {
      method: 'GET',
      path: CONFIGURED,
      handle(request) {
        const configuration = find(request);
        return listResponse(request, 'plugins', configuration.plugins, configuredJson(configuration));
      },
    },
    {
      method: 'GET',
      path: `${CONFIGURED}/{PluginSid}`,
      handle(request) {
        const configuration = find(request);
        const asked = pluginService.plugin(request.params.PluginSid!);
        const found = configuration.plugins.find(({ version }) => version.plugin === asked);
        if (!found) throw notFound(request.path);
        return { status: 200, body: configuredJson(configuration)(found) };
      },
    },
    {
      method: 'GET',
      path: RELEASES,
      handle: (request) => listResponse(request, 'releases', pluginService.releases, releaseJson),
    },
    {
      method: 'POST',
      path: RELEASES,
      handle({ fields }) {
        const asked = fields.text('ConfigurationId')!;
        const configuration = pluginService.configuration(asked);
        if (!configuration) throw badRequest(`Configuration ${asked} does not exist`);
        const release = pluginService.release(configuration);
        const text = `Flex plugin configuration ${configuration.name} released`;
        return { status: 201, body: releaseJson(release), log: { text } };
      },
    },
    {
      method: 'GET',
      path: `${RELEASES}/{Sid}`,
      handle({ params, path }) {
        const { releases } = pluginService;
        const asked = params.Sid!;
        const found = asked.toLowerCase() === 'active' ? releases.at(-1) : releases.find(({ sid }) => sid === asked);
        if (!found) throw notFound(path);
        return { status: 200, body: releaseJson(found) };
      },
    },
  ];
}

/** `{"plugin_version": "FV…"}` (twilio.com/docs/flex/developer/plugins/api/plugin-configuration). */
function readConfiguredPlugin(text: string): { versionSid: unknown; phase: unknown } {
  try {
    const given: unknown = JSON.parse(text);
    if (isObject(given)) return { versionSid: given.plugin_version, phase: given.phase };
  } catch {
    // Refused below.
  }
  throw badRequest('Plugins must be JSON objects with plugin_version');
}
