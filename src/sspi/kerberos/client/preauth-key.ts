import { SspiError } from '../../error.js';
import type { WeakEtypeName } from '../crypto/etypes.js';
import type { ProtocolKey } from '../crypto/protocol-key.js';
import type { KdcRep } from '../messages/kdc-reply.js';
import {
  decodeEtypeInfo2,
  decodeMethodData,
  type EtypeInfo2Entry,
  PA,
  type PaData,
} from '../messages/pa-data.js';
import type { Principal } from '../messages/principal-name.js';
import { requireEtype } from '../receive-key.js';
import type { ClientSecret } from './client-secret.js';

/** The fields of a logon that its key depends on. */
interface KeyOwner {
  readonly client: Principal;
  readonly secret: ClientSecret;
  readonly etypes: readonly number[];
  readonly allowWeak: readonly WeakEtypeName[];
}

/**
 * Chooses the key of the encrypted timestamp. Of the encryption types that the KDC names, the one that the client
 * prefers is taken. Nothing of it is authenticated.
 *
 * @param eData of the KRB-ERROR that asks for pre-authentication
 * @throws SspiError SEC_E_UNSUPPORTED_PREAUTH, SEC_E_KDC_UNKNOWN_ETYPE
 */
export async function chooseKey(
  kdc: string,
  eData: Uint8Array | undefined,
  owner: KeyOwner,
  realm: string,
): Promise<ProtocolKey> {
  const methods = eData === undefined ? [] : decodeMethodData(eData);
  const entries = entriesOf(methods);
  if (
    !methods.some(({ padataType }) => padataType === PA['ENC-TIMESTAMP']) ||
    entries === undefined
  ) {
    const problem = `${kdc} accepts no encrypted timestamp for this account: it may lack an AES key until its password is changed, or need a smart card or FAST`;
    throw new SspiError('SEC_E_UNSUPPORTED_PREAUTH', problem);
  }
  for (const number of owner.etypes.filter((etype) => owner.secret.hasKey(etype))) {
    const entry = entries.find(({ etype }) => etype === number);
    if (entry !== undefined) return deriveKey(entry, owner, realm);
  }
  const problem = `${kdc} has no key of this account with a requested encryption type: change its password, or see allowWeak and permitted_enctypes`;
  throw new SspiError('SEC_E_KDC_UNKNOWN_ETYPE', problem);
}

/** The key of a reply: that of the timestamp, or what the reply says about its encryption type. */
export async function findKey(
  { padata = [], encPart }: KdcRep,
  used: ProtocolKey | undefined,
  owner: KeyOwner,
  realm: string,
): Promise<ProtocolKey> {
  const { etype } = encPart;
  if (used?.etype.number === etype) return used;
  const entry = entriesOf(padata)?.find((candidate) => candidate.etype === etype);
  // All properties are set, so that none is read from Object.prototype.
  return deriveKey(entry ?? { etype, salt: undefined, s2kparams: undefined }, owner, realm);
}

function entriesOf(methods: readonly PaData[]): EtypeInfo2Entry[] | undefined {
  const info = methods.find(({ padataType }) => padataType === PA['ETYPE-INFO2']);
  return info && decodeEtypeInfo2(info.padataValue);
}

/** The default salt is the realm and the name (RFC 4120 4). */
function deriveKey(
  { etype, salt, s2kparams }: EtypeInfo2Entry,
  { client, secret, allowWeak }: KeyOwner,
  realm: string,
): Promise<ProtocolKey> {
  const standard = () => new TextEncoder().encode(realm + client.name.nameString.join(''));
  return secret.keyFor(requireEtype('the key of the client', etype, allowWeak), {
    salt: salt ?? standard(),
    s2kparams,
  });
}
