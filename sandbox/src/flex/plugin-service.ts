import { badRequest, TwilioError } from '../world/twilio-error';
import type { Sid } from '../world/types';

/** Flex's plugins as its plugin service keeps them (twilio.com/docs/flex/developer/plugins/api). */
interface Made {
  readonly sid: Sid;
  readonly dateCreated: number;
  archived: boolean;
}
export interface Plugin extends Made {
  readonly uniqueName: string;
  friendlyName: string;
  description: string;
  dateUpdated: number;
  /** From the first to the latest. */
  readonly versions: PluginVersion[];
}
export interface PluginVersion extends Made {
  readonly plugin: Plugin;
  readonly version: string;
  readonly pluginUrl: string;
  readonly changelog: string;
  readonly isPrivate: boolean;
  readonly validated: boolean;
}
/** A set of versions. It cannot be changed. */
export interface PluginConfiguration extends Made {
  readonly name: string;
  readonly description: string;
  readonly plugins: readonly { version: PluginVersion; phase: number }[];
}
/** From when on Flex loads a configuration's plugins. */
export interface PluginRelease {
  readonly sid: Sid;
  readonly configuration: PluginConfiguration;
  readonly dateCreated: number;
}

/** "phase": the one that Flex's own tools set. */
const DEFAULT_PHASE = 3;
const SEMANTIC_VERSION = /^\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/;

/** See `Plugin`. The latest release is the active one. */
export interface PluginService {
  readonly plugins: Plugin[];
  readonly configurations: PluginConfiguration[];
  readonly releases: PluginRelease[];
  /** By sid or unique name. */
  plugin(sidOrName: string): Plugin | undefined;
  /** By sid, version, or `latest`. */
  version(plugin: Plugin, sidOrVersion: string): PluginVersion | undefined;
  /** By sid; `active` is the released one. */
  configuration(sidOrActive: string): PluginConfiguration | undefined;
  /** @throws TwilioError 409 for a name that is taken */
  addPlugin(plugin: Pick<Plugin, 'uniqueName'> & Partial<Pick<Plugin, 'friendlyName' | 'description'>>): Plugin;
  /** @throws TwilioError 400, 409 */
  addVersion(
    plugin: Plugin,
    version: Pick<PluginVersion, 'version' | 'pluginUrl' | 'changelog' | 'isPrivate' | 'validated'>,
  ): PluginVersion;
  /** @param plugins versions by sid. @throws TwilioError 400 */
  addConfiguration(configuration: {
    name: string;
    description: string;
    plugins: readonly { versionSid: unknown; phase: unknown }[];
  }): PluginConfiguration;
  /** @throws TwilioError 400 for a configuration that is archived, or has something archived in it */
  release(configuration: PluginConfiguration): PluginRelease;
  /** Cannot be undone. @throws TwilioError 400 while it is enabled, or when it is archived already */
  archive(made: Plugin | PluginVersion | PluginConfiguration): void;
}

/** See `PluginService`. */
export function createPluginService(newSid: (prefix: string) => Sid): PluginService {
  const made = (prefix: string) => ({ sid: newSid(prefix), dateCreated: Date.now(), archived: false });
  const isArchived = ({ version }: { version: PluginVersion }) => version.archived || version.plugin.archived;
  const active = () => self.releases.at(-1)?.configuration;

  const self: PluginService = {
    plugins: [],
    configurations: [],
    releases: [],
    plugin: (asked) => self.plugins.find(({ sid, uniqueName }) => sid === asked || uniqueName === asked),
    version: ({ versions }, asked) =>
      asked === 'latest' ? versions.at(-1) : versions.find(({ sid, version }) => sid === asked || version === asked),
    configuration: (asked) =>
      asked.toLowerCase() === 'active' ? active() : self.configurations.find(({ sid }) => sid === asked),
    addPlugin({ uniqueName, friendlyName = uniqueName, description = '' }) {
      if (self.plugins.some((one) => one.uniqueName === uniqueName)) {
        throw new TwilioError(409, 20409, `Plugin ${uniqueName} already exists`);
      }
      const plugin: Plugin = {
        ...made('FP'),
        ...{ uniqueName, friendlyName, description, dateUpdated: Date.now(), versions: [] },
      };
      self.plugins.push(plugin);
      return plugin;
    },
    addVersion(plugin, version) {
      if (plugin.archived) throw badRequest(`Plugin ${plugin.uniqueName} is archived`);
      if (!SEMANTIC_VERSION.test(version.version)) throw badRequest(`Version ${version.version} is not semantic`);
      if (self.version(plugin, version.version)) {
        throw new TwilioError(409, 20409, `Version ${version.version} of ${plugin.uniqueName} already exists`);
      }
      const added: PluginVersion = { ...made('FV'), ...version, plugin };
      plugin.versions.push(added);
      return added;
    },
    addConfiguration({ name, description, plugins }) {
      const all = new Map(self.plugins.flatMap(({ versions }) => versions.map((one) => [one.sid, one])));
      const configured = plugins.map(({ versionSid, phase }) => {
        const version = all.get(String(versionSid));
        if (!version) throw badRequest(`Plugin version ${String(versionSid)} does not exist`);
        return { version, phase: typeof phase === 'number' ? phase : DEFAULT_PHASE };
      });
      const stale = configured.find(isArchived);
      if (stale) throw badRequest(`Plugin version ${stale.version.sid} is archived`);
      if (new Set(configured.map(({ version }) => version.plugin)).size < configured.length) {
        throw badRequest('A configuration has one version of a plugin at most');
      }
      const configuration: PluginConfiguration = { ...made('FJ'), name, description, plugins: configured };
      self.configurations.push(configuration);
      return configuration;
    },
    release(configuration) {
      // "You cannot redeploy any prior release that contains the archived plugin or plugin version"
      // (twilio.com/docs/flex/developer/plugins/cli/archive).
      if (configuration.archived || configuration.plugins.some(isArchived)) {
        throw badRequest(`Configuration ${configuration.sid} is archived, or has a plugin that is`);
      }
      const release = { sid: newSid('FK'), configuration, dateCreated: Date.now() };
      self.releases.push(release);
      return release;
    },
    archive(one) {
      if (one.archived) throw badRequest(`${one.sid} is archived already`);
      // "A plugin can be archived only if it is not currently enabled" (the same page).
      const enabled = active();
      const inUse = enabled?.plugins.some(({ version }) => version === one || version.plugin === one);
      if (one === enabled || inUse) throw badRequest(`${one.sid} is enabled and cannot be archived`);
      one.archived = true;
    },
  };
  return self;
}
