import type { Area } from './area.js';
import { sspi } from './sspi/area.js';
import { tokenBinding } from './token-binding/area.js';

// The engine, recordings and reports know the areas through this file alone.

const areas: { readonly 'token-binding': typeof tokenBinding; readonly sspi: typeof sspi } = {
  'token-binding': tokenBinding,
  sspi,
};

/** The name of a protocol that can be compared. */
export type AreaName = keyof typeof areas;

/** The name of a group of cases. In SSPI's the tested side is the client, the server, or both ends. */
export type Group = {
  [Name in AreaName]: keyof (typeof areas)[Name]['groups'];
}[AreaName];

export const AREAS = Object.keys(areas) as readonly AreaName[];

/** The area of a recording or a report that names none. */
export const DEFAULT_AREA: AreaName = 'token-binding';

/** The groups of each area, in the order in which they run. */
export const GROUPS = Object.fromEntries(
  AREAS.map((name) => [name, Object.keys(areas[name].groups) as readonly Group[]]),
) as Readonly<Record<AreaName, readonly Group[]>>;

export function findArea(name: AreaName): Area {
  return areas[name];
}

/** The group that an id begins with; undefined if the area has no such group. */
export function groupOf(area: AreaName, id: string): Group | undefined {
  return GROUPS[area].find((group) => id.length > group.length + 1 && id.startsWith(`${group}/`));
}
