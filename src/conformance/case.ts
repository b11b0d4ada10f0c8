import { createHash } from 'node:crypto';
import type { RawCalls } from '../native/raw.js';
import type { TokenBindingProvider } from '../tokenbinding/token-binding-provider.js';
import type { KeyType } from '../tokenbinding/types.js';
import type { Json, Outcome } from './outcome.js';
import type { Role, Scenario, SspiPackage } from './sspi/scenario.js';

/** What can be compared. */
export const AREAS = ['token-binding', 'sspi'] as const;

export type AreaName = (typeof AREAS)[number];

/** A group of cases. Those of SSPI are by what the side is that is asked. */
export type Group =
  | 'vectors'
  | 'messages'
  | 'joins'
  | 'identifiers'
  | 'mutations'
  | 'probes'
  | 'client'
  | 'server'
  | 'both';

/** The groups of each area, in the order in which they run. */
export const GROUPS: Readonly<Record<AreaName, readonly Group[]>> = {
  'token-binding': ['vectors', 'messages', 'joins', 'identifiers', 'mutations', 'probes'],
  sspi: ['client', 'server', 'both', 'mutations'],
};

/** The group that an id begins with. */
export function groupOf(area: AreaName, id: string): Group | undefined {
  return GROUPS[area].find((group) => id.length > group.length + 1 && id.startsWith(`${group}/`));
}

/** What a probe may use: the calls of one provider and, with the Windows one, those of its DLL. */
export interface Subject {
  readonly tokenBinding: TokenBindingProvider;
  readonly raw?: RawCalls;
  /** Tells of what whoever started the run has to know, such as a key that could not be deleted. */
  note(text: string): void;
}

/** What a case asks of a side. */
export type Call =
  | {
      readonly name: 'verifyMessage';
      readonly message: Uint8Array;
      readonly keyType: KeyType;
      readonly ekm: Uint8Array;
    }
  | { readonly name: 'generateMessage'; readonly tokenBindings: readonly Uint8Array[] }
  | {
      readonly name: 'generateId';
      readonly keyType: KeyType;
      /** SubjectPublicKeyInfo in DER. */
      readonly publicKey: Uint8Array;
      /** The TokenBindingID of the key as one of its own type, for Windows' form of the key. */
      readonly identifier: Uint8Array;
    }
  | {
      readonly name: 'probe';
      /** What it finds; undefined where the subject has no means to find it. */
      readonly observe: (
        subject: Subject,
      ) => Promise<{ readonly [name: string]: Json } | undefined>;
    }
  | {
      readonly name: 'scenario';
      readonly role: Role;
      readonly package: SspiPackage;
      readonly scenario: Scenario;
    };

/** What the specification says that must come of a case, and where. */
export interface Expectation {
  readonly outcome: Outcome;
  readonly clause: string;
}

export interface Case {
  /** Unique, and the same in every run with the same seed: `vectors/tb-01/ecdsap256`. */
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  readonly call: Call;
  /** Absent where the specification leaves it open. */
  readonly expected?: Expectation;
}

/** A case that was put to two sides; without its call where only recordings have it. */
export type TestedCase = Omit<Case, 'call'> & { readonly call?: Call };

/** Tells inputs apart: 16 hex digits of SHA-256. Two versions of this package may differ in a case's. */
export function inputDigest(test: Case): string {
  const hash = createHash('sha256').update(`${test.id}\0${test.call.name}\0`);
  for (const part of inputsOf(test)) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  }
  return hash.digest('hex').slice(0, 16);
}

function inputsOf({ call, title }: Case): (Uint8Array | string)[] {
  switch (call.name) {
    case 'verifyMessage':
      return [call.message, call.keyType, call.ekm];
    case 'generateMessage':
      return [...call.tokenBindings];
    case 'generateId':
      return [call.keyType, call.publicKey, call.identifier];
    case 'probe':
    case 'scenario':
      // What these ask is code: one that comes to ask something else says so in its title.
      return [title];
  }
}
