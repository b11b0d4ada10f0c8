import type { Case } from '../case.js';
import type { Probe } from './probe.js';
import { keyProbes } from './probe-keys.js';
import { rawProbes } from './probe-raw.js';
import { serviceProbes } from './probe-service.js';

/** Questions whose answers no document has. What they do to stored keys, they do to a target of their own. */
export function* probes(): Generator<Case> {
  for (const probe of [...serviceProbes, ...keyProbes, ...rawProbes]) yield caseOf(probe);
}

function caseOf({ id, title, observe, expected }: Probe): Case {
  const call = { name: 'probe', observe } as const;
  return { id: `probes/${id}`, group: 'probes', title, call, ...(expected && { expected }) };
}
