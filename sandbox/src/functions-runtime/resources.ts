import { readdirSync } from 'node:fs';
import { basename, dirname, extname, join, relative, sep } from 'node:path';

export type Visibility = 'public' | 'protected' | 'private';

/** A Function or an asset as a file and as a URL path. */
export interface Resource {
  path: string;
  access: Visibility;
  filePath: string;
  name: string;
}

/**
 * The Functions of a built folder by Twilio's rule for file names: `a/b.protected.js` is `/a/b`, protected
 * (twilio.com/docs/serverless/functions-assets/visibility). A folder that is not there holds none.
 */
export function listFunctions(folder: string): Resource[] {
  return listFiles(folder)
    .filter((file) => extname(file) === '.js')
    .map((file) => toResource(folder, file, true));
}

/** The assets of a folder, by the same rule; their URL keeps the extension. */
export function listAssets(folder: string): Resource[] {
  return listFiles(folder).map((file) => toResource(folder, file, false));
}

/** The visibility of a path of that folder's Functions. Other paths are public: assets, or a 404. */
export function createVisibilityLookup(functionsDir: string): (path: string) => Visibility {
  const access = new Map(listFunctions(functionsDir).map((resource) => [resource.path, resource.access]));
  return (path) => access.get(path) ?? 'public';
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== '.DS_Store')
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function toResource(folder: string, filePath: string, isFunction: boolean): Resource {
  const name = relative(folder, filePath);
  const extension = extname(name);
  const bare = basename(name, extension);
  const access: Visibility = bare.endsWith('.protected')
    ? 'protected'
    : bare.endsWith('.private')
      ? 'private'
      : 'public';
  const shown = access === 'public' ? bare : bare.slice(0, -access.length - 1);
  const path = `/${join(dirname(name), shown)}${isFunction ? '' : extension}`.split(sep).join('/');
  return { path, access, filePath, name };
}
