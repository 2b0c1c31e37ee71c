import { deployedBuild } from '../../serverless/serverless';
import type {
  ServerlessBuild,
  ServerlessContent,
  ServerlessDeployment,
  ServerlessEnvironment,
  ServerlessService,
  ServerlessVariable,
  ServerlessVersion,
} from '../../serverless/types';
import type { Sid } from '../../world/types';
import { isoDate } from '../dates';

type Json = Record<string, unknown>;

export const SERVERLESS = 'serverless.twilio.com';

/** The Serverless API's resources as REST shows them. */
export function serverlessJson(accountSid: Sid) {
  const dates = ({ dateCreated, dateUpdated }: { dateCreated: number; dateUpdated: number }) => ({
    date_created: isoDate(dateCreated),
    date_updated: isoDate(dateUpdated),
  });
  const serviceUrl = ({ sid }: ServerlessService) => `https://${SERVERLESS}/v1/Services/${sid}`;
  const environmentUrl = (service: ServerlessService, { sid }: ServerlessEnvironment) =>
    `${serviceUrl(service)}/Environments/${sid}`;
  const links = (url: string, segments: Record<string, string>) =>
    Object.fromEntries(Object.entries(segments).map(([name, segment]) => [name, `${url}/${segment}`]));
  const owner = (service: ServerlessService) => ({ account_sid: accountSid, service_sid: service.sid });

  const version = (service: ServerlessService, one: ServerlessVersion): Json => ({
    sid: one.sid,
    ...owner(service),
    [`${one.kind.toLowerCase()}_sid`]: one.contentSid,
    path: one.path,
    visibility: one.visibility,
    date_created: isoDate(one.dateCreated),
  });
  const versionUrl = (service: ServerlessService, one: ServerlessVersion) =>
    `${serviceUrl(service)}/${one.kind}s/${one.contentSid}/Versions/${one.sid}`;

  return {
    service(service: ServerlessService): Json {
      const url = serviceUrl(service);
      return {
        sid: service.sid,
        account_sid: accountSid,
        unique_name: service.uniqueName,
        friendly_name: service.friendlyName,
        include_credentials: service.includeCredentials,
        ui_editable: service.uiEditable,
        domain_base: service.domainBase,
        ...dates(service),
        url,
        links: links(url, {
          environments: 'Environments',
          functions: 'Functions',
          assets: 'Assets',
          builds: 'Builds',
        }),
      };
    },
    environment(service: ServerlessService, environment: ServerlessEnvironment): Json {
      const url = environmentUrl(service, environment);
      return {
        sid: environment.sid,
        ...owner(service),
        build_sid: deployedBuild(environment)?.sid ?? null,
        unique_name: environment.uniqueName,
        domain_suffix: environment.domainSuffix,
        domain_name: environment.domainName,
        ...dates(environment),
        url,
        links: links(url, { variables: 'Variables', deployments: 'Deployments', logs: 'Logs' }),
      };
    },
    variable(service: ServerlessService, environment: ServerlessEnvironment, variable: ServerlessVariable): Json {
      return {
        sid: variable.sid,
        ...owner(service),
        environment_sid: environment.sid,
        key: variable.key,
        value: variable.value,
        ...dates(variable),
        url: `${environmentUrl(service, environment)}/Variables/${variable.sid}`,
      };
    },
    deployment(service: ServerlessService, environment: ServerlessEnvironment, one: ServerlessDeployment): Json {
      return {
        sid: one.sid,
        ...owner(service),
        environment_sid: environment.sid,
        build_sid: one.build?.sid ?? null,
        ...dates(one),
        url: `${environmentUrl(service, environment)}/Deployments/${one.sid}`,
      };
    },
    content(service: ServerlessService, content: ServerlessContent): Json {
      const url = `${serviceUrl(service)}/${content.kind}s/${content.sid}`;
      return {
        sid: content.sid,
        ...owner(service),
        friendly_name: content.friendlyName,
        ...dates(content),
        url,
        links: links(url, { [`${content.kind.toLowerCase()}_versions`]: 'Versions' }),
      };
    },
    version(service: ServerlessService, one: ServerlessVersion): Json {
      const url = versionUrl(service, one);
      const more = one.kind === 'Function' ? { links: links(url, { function_version_content: 'Content' }) } : {};
      return { ...version(service, one), url, ...more };
    },
    functionContent(service: ServerlessService, one: ServerlessVersion): Json {
      return {
        sid: one.sid,
        ...owner(service),
        function_sid: one.contentSid,
        content: one.bytes.toString('utf8'),
        url: `${versionUrl(service, one)}/Content`,
      };
    },
    build(service: ServerlessService, build: ServerlessBuild): Json {
      const url = `${serviceUrl(service)}/Builds/${build.sid}`;
      const ofKind = (kind: ServerlessContent['kind']) =>
        build.versions.filter((one) => one.kind === kind).map((one) => version(service, one));
      return {
        sid: build.sid,
        ...owner(service),
        status: build.status,
        function_versions: ofKind('Function'),
        asset_versions: ofKind('Asset'),
        dependencies: build.dependencies,
        runtime: build.runtime,
        ...dates(build),
        url,
        links: links(url, { build_status: 'Status' }),
      };
    },
    buildStatus(service: ServerlessService, build: ServerlessBuild): Json {
      const url = `${serviceUrl(service)}/Builds/${build.sid}/Status`;
      return { sid: build.sid, ...owner(service), status: build.status, url };
    },
  };
}
