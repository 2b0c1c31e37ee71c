import { fixedSid } from '../world/sids';
import { badRequest } from '../world/twilio-error';
import type { Sid } from '../world/types';
import {
  alreadyExists,
  readDependencies,
  validDomainSuffix,
  validEnvironmentName,
  validFriendlyName,
  validKey,
  validPath,
  validRuntime,
  validServiceName,
  validValue,
} from './rules';
import type {
  ServerlessBuild,
  ServerlessContent,
  ServerlessDeployment,
  ServerlessEnvironment,
  ServerlessService,
  ServerlessVariable,
  ServerlessVersion,
} from './types';

/** https://github.com/twilio-labs/dev-phone/issues/178 has the refusal. */
const MAX_SERVICES = 50;
/** "Builds take time to package, deploy, and be verified" (twilio.com/docs/serverless/api/resource/build). */
const BUILD_MS = 10_000;

/** The account's Functions and assets: services, what is uploaded to them, and what is deployed. */
export interface Serverless {
  /** How long a build takes, in milliseconds. May be changed while running. */
  buildMs: number;
  services(): ServerlessService[];
  service(sidOrName: string): ServerlessService | undefined;
  /** @throws TwilioError 400, 409 */
  addService(
    service: Pick<ServerlessService, 'uniqueName' | 'friendlyName'> &
      Partial<Pick<ServerlessService, 'includeCredentials' | 'uiEditable'>>,
  ): ServerlessService;
  removeService(service: ServerlessService): void;
  /** @throws TwilioError 400, 409 */
  addEnvironment(service: ServerlessService, uniqueName: string, domainSuffix?: string): ServerlessEnvironment;
  /** @throws TwilioError 400, 409 */
  setVariable(
    environment: ServerlessEnvironment,
    change: { key?: string; value?: string },
    variable?: ServerlessVariable,
  ): ServerlessVariable;
  /** @throws TwilioError 400 */
  addContent(service: ServerlessService, kind: ServerlessContent['kind'], friendlyName: string): ServerlessContent;
  /** What was uploaded. @throws TwilioError 400 */
  addVersion(
    content: ServerlessContent,
    upload: { path: string | undefined; visibility: ServerlessVersion['visibility']; bytes: Buffer },
  ): ServerlessVersion;
  /** Begins a build, which is complete after `buildMs`. @throws TwilioError 400 */
  addBuild(
    service: ServerlessService,
    build: { versionSids: readonly Sid[]; dependencies: string | undefined; runtime: string | undefined },
  ): ServerlessBuild;
  /** @throws TwilioError 400 for a build that is not complete */
  deploy(environment: ServerlessEnvironment, build: ServerlessBuild | null): ServerlessDeployment;
  /** Calls the listener at once for each deployment. @returns a function that unsubscribes it */
  subscribe(listener: (environment: ServerlessEnvironment) => void): () => void;
  /** What the domain answers with. */
  deployed(
    domainName: string,
  ): { service: ServerlessService; environment: ServerlessEnvironment; build: ServerlessBuild } | undefined;
}

/** See `Serverless`. */
export function createServerless(newSid: (prefix: string) => Sid): Serverless {
  const services = new Map<Sid, ServerlessService>();
  const listeners = new Set<(environment: ServerlessEnvironment) => void>();
  const dated = (prefix: string) => ({ sid: newSid(prefix), dateCreated: Date.now(), dateUpdated: Date.now() });

  const self: Serverless = {
    buildMs: BUILD_MS,
    services: () => [...services.values()],
    service: (sidOrName) =>
      services.get(sidOrName) ?? [...services.values()].find(({ uniqueName }) => uniqueName === sidOrName),
    addService({ uniqueName, friendlyName, includeCredentials = true, uiEditable = false }) {
      validServiceName(uniqueName);
      validFriendlyName(friendlyName);
      if (self.service(uniqueName)) throw alreadyExists('Service with this UniqueName already exists.');
      if (services.size >= MAX_SERVICES) {
        throw badRequest(`Services are limited to less than or equal to ${MAX_SERVICES}`);
      }
      const service: ServerlessService = {
        ...dated('ZS'),
        ...{ uniqueName, friendlyName, includeCredentials, uiEditable },
        domainBase: `${uniqueName.toLowerCase()}-${fourDigits(uniqueName)}`,
        environments: new Map(),
        contents: new Map(),
        builds: new Map(),
      };
      services.set(service.sid, service);
      return service;
    },
    removeService: ({ sid }) => void services.delete(sid),
    addEnvironment(service, uniqueName, suffix) {
      validEnvironmentName(uniqueName);
      const domainSuffix = validDomainSuffix(suffix);
      for (const other of service.environments.values()) {
        if (other.uniqueName === uniqueName || other.domainSuffix === domainSuffix) {
          // The text: https://github.com/RJPearson94/terraform-provider-twilio/issues/78; the status:
          // https://github.com/twilio/twilio-cli/issues/211.
          throw alreadyExists('Environment with this UniqueName or DomainSuffix already exists.');
        }
      }
      const domainName = `${[service.domainBase, domainSuffix].filter(Boolean).join('-')}.twil.io`;
      const environment: ServerlessEnvironment = {
        ...dated('ZE'),
        ...{ uniqueName, domainSuffix, domainName, variables: new Map(), deployments: [] },
      };
      service.environments.set(environment.sid, environment);
      return environment;
    },
    setVariable({ variables }, { key, value }, variable) {
      if (key !== undefined) validKey(key);
      if (value !== undefined) validValue(value);
      if ([...variables.values()].some((other) => other !== variable && other.key === key)) {
        throw alreadyExists(`Variable with Key ${key} already exists.`);
      }
      const changed = variable ?? { ...dated('ZV'), key: '', value: '' };
      changed.key = key ?? changed.key;
      changed.value = value ?? changed.value;
      changed.dateUpdated = Date.now();
      variables.set(changed.sid, changed);
      return changed;
    },
    addContent(service, kind, friendlyName) {
      const content: ServerlessContent = {
        ...dated('ZH'),
        ...{ kind, friendlyName: validFriendlyName(friendlyName), versions: new Map() },
      };
      service.contents.set(content.sid, content);
      return content;
    },
    addVersion(content, { path, visibility, bytes }) {
      const version: ServerlessVersion = {
        sid: newSid('ZN'),
        ...{ kind: content.kind, contentSid: content.sid, path: validPath(path), visibility, bytes },
        dateCreated: Date.now(),
      };
      content.versions.set(version.sid, version);
      return version;
    },
    addBuild(service, { versionSids, dependencies, runtime }) {
      // https://github.com/twilio/twilio-cli/issues/215
      if (versionSids.length === 0) {
        throw badRequest('At least one Function Version or Asset Version is required for Build.');
      }
      const known = new Map([...service.contents.values()].flatMap(({ versions }) => [...versions]));
      const versions = versionSids.map((sid) => {
        const version = known.get(sid);
        if (!version) throw badRequest(`Version ${sid} does not exist in service ${service.sid}`);
        return version;
      });
      const build: ServerlessBuild = {
        ...dated('ZB'),
        status: 'building',
        versions,
        dependencies: readDependencies(dependencies),
        runtime: validRuntime(runtime),
      };
      service.builds.set(build.sid, build);
      setTimeout(() => {
        build.status = hasDuplicatePaths(versions) ? 'failed' : 'completed';
        build.dateUpdated = Date.now();
      }, self.buildMs).unref?.();
      return build;
    },
    deploy(environment, build) {
      if (build && build.status !== 'completed') throw badRequest(`Build ${build.sid} is ${build.status}`);
      const deployment: ServerlessDeployment = { ...dated('ZD'), build };
      environment.deployments.push(deployment);
      environment.dateUpdated = deployment.dateCreated;
      for (const listener of listeners) listener(environment);
      return deployment;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    deployed(domainName) {
      for (const service of services.values()) {
        for (const environment of service.environments.values()) {
          const build = deployedBuild(environment);
          if (environment.domainName === domainName && build) return { service, environment, build };
        }
      }
      return undefined;
    },
  };
  return self;
}

/** What an environment's domain answers with; null before the first deployment. */
export function deployedBuild({ deployments }: ServerlessEnvironment): ServerlessBuild | null {
  return deployments.at(-1)?.build ?? null;
}

/** Assumed: two things cannot answer at one path. */
function hasDuplicatePaths(versions: readonly ServerlessVersion[]): boolean {
  return new Set(versions.map(({ path }) => path)).size < versions.length;
}

/** Twilio's are random; these stay the same, so that a test can be repeated. */
function fourDigits(name: string): string {
  return String(1000 + (Number.parseInt(fixedSid('ZS', name).slice(2, 9), 16) % 9000));
}
