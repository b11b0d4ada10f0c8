import type { SideDescription } from '../conformance/sides/description.js';

/** Describes a side in one line. */
export function describeSide({
  name,
  software,
  library,
  system,
  recording,
}: SideDescription): string {
  const parts: string[] = [software ?? name];
  if (library !== undefined) {
    const { path, version, sha256 } = library;
    parts.push(
      `${path}${version ? ` ${version}` : ''}${sha256 ? ` (${sha256.slice(0, 12)})` : ''}`,
    );
  }
  if (system !== undefined) {
    const { platform, name: systemName, release, wine, node } = system;
    const wineNote = wine ? ', under Wine, which is not Windows' : '';
    parts.push(`${systemName} ${release} (${platform}, node ${node})${wineNote}`);
  }
  if (recording !== undefined) {
    parts.push(`recorded ${recording.made} by version ${recording.package}: ${recording.file}`);
  }
  return parts.join(', ');
}
