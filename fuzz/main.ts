// Gives each target inputs derived from a seed, and counts the outcomes.
import { parseArgs } from 'node:util';
import { command } from './command.js';
import { kerberosDecoder, kerberosInspection } from './kerberos-decoders.js';
import { kerberosAcceptor, kerberosInitiator } from './kerberos-exchange.js';
import { credentialCache, keytab, krb5Conf } from './kerberos-files.js';
import { kerberosGrowth } from './kerberos-growth.js';
import { kdcLogon, kdcServiceTicket } from './kerberos-kdc.js';
import { kerberosProtection } from './kerberos-protection.js';
import { negotiateHandshake } from './negotiate.js';
import { recording } from './recording.js';
import { runTarget } from './run-target.js';
import { ntlmDecoder, ntlmHandshake, spnegoHandshake } from './sspi.js';
import type { Target } from './target.js';
import { messageDecoder, messageVerifier } from './token-binding.js';

const TARGETS: readonly Target[] = [
  messageDecoder,
  messageVerifier,
  ntlmDecoder,
  ntlmHandshake,
  spnegoHandshake,
  kerberosDecoder,
  kerberosInspection,
  kerberosAcceptor,
  kerberosInitiator,
  kerberosProtection,
  negotiateHandshake,
  kdcLogon,
  kdcServiceTicket,
  keytab,
  credentialCache,
  krb5Conf,
  kerberosGrowth,
  recording,
  command,
];

const HELP = `Usage: npm run fuzz -- [--minutes <number> | --inputs <number>] [--seed <number>]
                       [--only <target>]...

  --minutes <number>  the duration, for all targets together (default 1)
  --inputs <number>   the number of inputs for each target, in place of a duration
  --seed <number>     the seed of the inputs (default: from the time)
  --only <target>     run only this one, or several of
                      ${TARGETS.map(({ name }) => name).join(',\n                      ')}

An input fails if it causes an undocumented error, if a forgery is accepted, if it
takes more than a second of processor time (some targets allow more), or if the
process has more than 1 GiB of memory after it. A failure prints its inputs in hex
and ends the run. Keys, nonces and challenges are new in each run: a seed repeats
the changes, not the bytes.

Exit code: 0 no failure, 1 a failure.
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    inputs: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string', multiple: true },
    help: { type: 'boolean' },
  },
});
if (values.help) process.stdout.write(HELP);
else await runTargets(selectTargets(values.only ?? []), Number(values.seed));

/** @param names none for all */
function selectTargets(names: readonly string[]): readonly Target[] {
  const unknown = names.find((name) => TARGETS.every((target) => target.name !== name));
  if (unknown !== undefined) throw new RangeError(`unknown target: ${unknown}\n\n${HELP}`);
  return names.length === 0 ? TARGETS : TARGETS.filter(({ name }) => names.includes(name));
}

async function runTargets(targets: readonly Target[], seed: number): Promise<void> {
  console.log(`seed ${seed}`);
  const { inputs, minutes } = values;
  const budget =
    inputs === undefined
      ? { milliseconds: (Number(minutes) * 60_000) / targets.length, inputs: Infinity }
      : { milliseconds: Infinity, inputs: Number(inputs) };
  for (const target of targets) await runTarget(target, seed, budget);
}
