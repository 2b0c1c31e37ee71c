import type { Plugin, PluginVersion } from '../../flex/plugin-service';
import { notFound } from '../../world/twilio-error';
import type { World } from '../../world/types';
import { isoDate } from '../dates';
import type { RestRequest, Route } from '../route';
import { listResponse, PLUGIN_SERVICE, pluginServiceUrl } from './listing';

const PLUGINS = `${PLUGIN_SERVICE}/Plugins`;
const PLUGIN = `${PLUGINS}/{Sid}`;
const VERSIONS = `${PLUGINS}/{PluginSid}/Versions`;
const VERSION = `${VERSIONS}/{Sid}`;

/** Flex plugins and their versions. */
export function pluginRoutes({ flex: { pluginService }, account }: World): Route[] {
  const { accountSid } = account;
  const findPlugin = ({ params, path }: RestRequest): Plugin => {
    const plugin = pluginService.plugin(params.PluginSid ?? params.Sid!);
    if (!plugin) throw notFound(path);
    return plugin;
  };
  const findVersion = (request: RestRequest): PluginVersion => {
    const version = pluginService.version(findPlugin(request), request.params.Sid!);
    if (!version) throw notFound(request.path);
    return version;
  };
  const pluginJson = (plugin: Plugin) => {
    const url = pluginServiceUrl('Plugins', plugin.sid);
    return {
      sid: plugin.sid,
      account_sid: accountSid,
      unique_name: plugin.uniqueName,
      friendly_name: plugin.friendlyName,
      description: plugin.description,
      archived: plugin.archived,
      date_created: isoDate(plugin.dateCreated),
      date_updated: isoDate(plugin.dateUpdated),
      url,
      links: { plugin_versions: `${url}/Versions` },
    };
  };
  const versionJson = (version: PluginVersion) => ({
    sid: version.sid,
    plugin_sid: version.plugin.sid,
    account_sid: accountSid,
    version: version.version,
    plugin_url: version.pluginUrl,
    changelog: version.changelog,
    private: version.isPrivate,
    archived: version.archived,
    validated: version.validated,
    date_created: isoDate(version.dateCreated),
    url: `${pluginServiceUrl('Plugins', version.plugin.sid)}/Versions/${version.sid}`,
  });
  const log = ({ uniqueName }: Plugin, what: string) => ({ text: `Flex plugin ${uniqueName} ${what}` });

  return [
    {
      method: 'GET',
      path: PLUGINS,
      handle: (request) => listResponse(request, 'plugins', pluginService.plugins, pluginJson),
    },
    {
      method: 'POST',
      path: PLUGINS,
      handle({ fields }) {
        const plugin = pluginService.addPlugin({
          uniqueName: fields.text('UniqueName')!,
          friendlyName: fields.text('FriendlyName'),
          description: fields.text('Description'),
        });
        return { status: 201, body: pluginJson(plugin), log: log(plugin, 'created') };
      },
    },
    { method: 'GET', path: PLUGIN, handle: (request) => ({ status: 200, body: pluginJson(findPlugin(request)) }) },
    {
      method: 'POST',
      path: PLUGIN,
      handle(request) {
        const plugin = findPlugin(request);
        const { fields } = request;
        plugin.friendlyName = fields.text('FriendlyName') ?? plugin.friendlyName;
        plugin.description = fields.text('Description') ?? plugin.description;
        plugin.dateUpdated = Date.now();
        return { status: 200, body: pluginJson(plugin), log: log(plugin, 'changed') };
      },
    },
    {
      method: 'POST',
      path: `${PLUGIN}/Archive`,
      handle(request) {
        const plugin = findPlugin(request);
        pluginService.archive(plugin);
        return { status: 200, body: pluginJson(plugin), log: log(plugin, 'archived') };
      },
    },
    {
      method: 'GET',
      path: VERSIONS,
      handle: (request) => listResponse(request, 'plugin_versions', findPlugin(request).versions, versionJson),
    },
    {
      method: 'POST',
      path: VERSIONS,
      handle(request) {
        const plugin = findPlugin(request);
        const { fields } = request;
        const version = pluginService.addVersion(plugin, {
          version: fields.text('Version')!,
          pluginUrl: fields.text('PluginUrl')!,
          changelog: fields.text('Changelog') ?? '',
          isPrivate: fields.flag('Private') ?? false,
          validated: fields.has('ValidateStatus'),
        });
        return { status: 201, body: versionJson(version), log: log(plugin, `has version ${version.version}`) };
      },
    },
    { method: 'GET', path: VERSION, handle: (request) => ({ status: 200, body: versionJson(findVersion(request)) }) },
    {
      method: 'POST',
      path: `${VERSION}/Archive`,
      handle(request) {
        const version = findVersion(request);
        pluginService.archive(version);
        return { status: 200, body: versionJson(version), log: log(version.plugin, `${version.version} archived`) };
      },
    },
  ];
}
