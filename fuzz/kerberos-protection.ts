import type { Random } from '../src/conformance/random.js';
import type { MessageSecurity } from '../src/sspi/kerberos/protection/message-security.js';
import { SspiError } from '../src/sspi.js';
import { newServiceKey } from '../test/support/kerberos-ticket.js';
import { kerberosHandshake } from '../test/support/kerberos-tokens.js';
import { mutate } from './mutate.js';
import { requireDocumented, type Target, Violation } from './target.js';

/** The encryption types that protect messages. */
const ETYPES = [17, 18, 19, 20];

/** Both sides of a context, in both directions. */
const DIRECTIONS: readonly (readonly [from: MessageSecurity, to: MessageSecurity])[] =
  ETYPES.flatMap((etype) => {
    const { client, server } = kerberosHandshake(newServiceKey(etype));
    const [a, b] = [client.security, server.security];
    if (a === undefined || b === undefined) throw new Error('the context has no integrity');
    return [
      [a, b],
      [b, a],
    ] as const;
  });

/**
 * An altered message is rejected, after which the genuine one is accepted; or it is taken for the genuine one. A Wrap
 * token may be taken so: two rotations can have one meaning, and a receiver ignores unknown flags.
 */
export const kerberosProtection: Target = {
  name: 'kerberos-protection',
  run(random) {
    const [from, to] = random.of(DIRECTIONS);
    const message = random.bytes(random.below(random.of([1, 40, 300])));
    const alter = random.below(3) === 0 ? alterSignature : alterSealed;
    const { altered, genuine, open } = alter(from, to, message, random);
    try {
      const opened = open(...altered);
      if (!isEqual(opened, message)) throw new Violation('a forgery was accepted', altered);
      return 'accepted';
    } catch (error) {
      const code = requireDocumented(error, SspiError, altered);
      openGenuine(() => open(...genuine), [...altered, ...genuine]);
      return code;
    }
  },
};

/** A message on its way, genuine and altered, and the receiver. */
interface Delivery {
  readonly genuine: readonly [token: Uint8Array, message: Uint8Array];
  readonly altered: readonly [token: Uint8Array, message: Uint8Array];
  /** @returns the message, if the receiver accepts it */
  open(token: Uint8Array, message: Uint8Array): Uint8Array;
}

function alterSignature(
  from: MessageSecurity,
  to: MessageSecurity,
  message: Uint8Array,
  random: Random,
): Delivery {
  const signature = from.sign([{ bytes: message, flag: undefined }]);
  const isMessage = random.below(4) === 0;
  return {
    genuine: [signature, message],
    altered: isMessage
      ? [signature, mutate([message], random)]
      : [mutate([signature], random), message],
    open(token, bytes) {
      to.verify([{ bytes, flag: undefined }], token);
      return bytes;
    },
  };
}

function alterSealed(
  from: MessageSecurity,
  to: MessageSecurity,
  message: Uint8Array,
  random: Random,
): Delivery {
  const sealing = { encrypt: random.below(2) === 0, sequence: 0 };
  const { trailer, data } = from.encrypt([{ bytes: message, flag: undefined }], sealing);
  const token = new Uint8Array(Buffer.concat([trailer, ...data]));
  return {
    genuine: [token, message],
    altered: [mutate([token], random), message],
    open: (bytes) => to.unwrap(bytes, sealing),
  };
}

function openGenuine(open: () => void, inputs: readonly Uint8Array[]): void {
  try {
    open();
  } catch (error) {
    throw new Violation(`after a forgery the genuine message fails: ${error}`, inputs, error);
  }
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
