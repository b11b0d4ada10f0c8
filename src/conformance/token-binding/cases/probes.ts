import type { Case } from '../../case.js';
import type { TokenBindingSubject } from '../subject.js';
import type { Probe } from './probe.js';
import { keyProbes } from './probe-keys.js';
import { rawProbes } from './probe-raw.js';
import { serviceProbes } from './probe-service.js';

/** Questions that no document answers. They change stored keys of a target of their own only. */
export function* probes(): Generator<Case<TokenBindingSubject>> {
  for (const probe of [...serviceProbes, ...keyProbes, ...rawProbes]) yield probeCase(probe);
}

function probeCase({ id, title, observe, expected }: Probe): Case<TokenBindingSubject> {
  return {
    id: `probes/${id}`,
    title,
    input: { call: 'probe', question: title },
    async ask(subject) {
      const observations = await observe(subject);
      if (observations === undefined) return { why: 'only a DLL can be asked this' };
      return { verdict: 'observed', observations };
    },
    ...(expected && { expected }),
  };
}
