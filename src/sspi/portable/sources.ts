import type { NegotiateMechanism } from '../credentials.js';
import type { PackageInfo } from '../packages.js';
import type { CheckedAccept, CheckedInitialize } from '../provider.js';
import type { Handshake } from '../session.js';

/** What a server of one mechanism has in secrets. */
export interface AcceptorSource {
  readonly name: NegotiateMechanism;
  start(options: CheckedAccept): Handshake;
  /** Overwrites the secrets, as soon as no handshake needs them. */
  close(): void;
}

/** What a client of one mechanism has in secrets. */
export interface InitiatorSource {
  readonly name: NegotiateMechanism;
  start(options: CheckedInitialize): Handshake;
  /** Overwrites the secrets. */
  close(): void;
}

/** The mechanisms of credentials of Negotiate. */
export function negotiableOf(
  { name }: PackageInfo,
  sources: readonly { readonly name: NegotiateMechanism }[],
): readonly NegotiateMechanism[] | undefined {
  return name === 'Negotiate' ? sources.map((source) => source.name) : undefined;
}

/** Opens a source for each mechanism that has one. If opening one fails, the others are closed. */
export async function openSources<Source extends { close(): void }>(
  names: readonly NegotiateMechanism[],
  open: (name: NegotiateMechanism) => Source | Promise<Source | undefined>,
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  try {
    for (const name of names) {
      const source = await open(name);
      if (source !== undefined) sources.push(source);
    }
    return sources;
  } catch (error) {
    for (const source of sources) source.close();
    throw error;
  }
}
