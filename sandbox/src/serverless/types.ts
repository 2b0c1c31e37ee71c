import type { Visibility } from '../functions-runtime/resources';
import type { Sid } from '../world/types';

/** A thing of the Serverless API with its times in milliseconds. */
interface Dated {
  readonly sid: Sid;
  readonly dateCreated: number;
  dateUpdated: number;
}

/** Functions and assets that are deployed together, to one domain for each environment. */
export interface ServerlessService extends Dated {
  readonly uniqueName: string;
  friendlyName: string;
  includeCredentials: boolean;
  uiEditable: boolean;
  /** Its unique name and four digits. */
  readonly domainBase: string;
  readonly environments: Map<Sid, ServerlessEnvironment>;
  readonly contents: Map<Sid, ServerlessContent>;
  readonly builds: Map<Sid, ServerlessBuild>;
}

export interface ServerlessEnvironment extends Dated {
  readonly uniqueName: string;
  readonly domainSuffix: string | null;
  readonly domainName: string;
  readonly variables: Map<Sid, ServerlessVariable>;
  /** From the first to the latest, which is what its domain answers with. */
  readonly deployments: ServerlessDeployment[];
}

export interface ServerlessVariable extends Dated {
  key: string;
  value: string;
}

/** A Function or an asset, which is nothing but a name for its versions. */
export interface ServerlessContent extends Dated {
  readonly kind: 'Function' | 'Asset';
  friendlyName: string;
  readonly versions: Map<Sid, ServerlessVersion>;
}

/** What was uploaded. */
export interface ServerlessVersion {
  readonly sid: Sid;
  readonly kind: ServerlessContent['kind'];
  readonly contentSid: Sid;
  readonly path: string;
  readonly visibility: Visibility;
  readonly bytes: Buffer;
  readonly dateCreated: number;
}

export interface ServerlessDependency {
  name: string;
  version: string;
}

export interface ServerlessBuild extends Dated {
  status: 'building' | 'completed' | 'failed';
  readonly versions: readonly ServerlessVersion[];
  readonly dependencies: readonly ServerlessDependency[];
  readonly runtime: string;
}

export interface ServerlessDeployment extends Dated {
  /** Null: nothing is deployed any more. */
  readonly build: ServerlessBuild | null;
}
