import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  encodeEncTicketPart,
  encodeTicket,
} from '../../src/conformance/sspi/kerberos/encode-ticket.js';
import { ProtocolKey } from '../../src/sspi/kerberos/crypto/protocol-key.js';
import {
  type Authenticator,
  decodeApReq,
  decodeAuthenticator,
} from '../../src/sspi/kerberos/messages/ap-request.js';
import {
  type EncryptedData,
  type EncryptionKey,
  readEncryptedData,
} from '../../src/sspi/kerberos/messages/encrypted-data.js';
import type { EncKdcRepPart } from '../../src/sspi/kerberos/messages/kdc-reply.js';
import { encodeKrbError, type KrbError } from '../../src/sspi/kerberos/messages/krb-error.js';
import { encodeMethodData, PA, type PaData } from '../../src/sspi/kerberos/messages/pa-data.js';
import type { PrincipalName } from '../../src/sspi/kerberos/messages/principal-name.js';
import { decodeKdcReq, type KdcReq } from '../../src/sspi/kerberos/messages/read-kdc-request.js';
import { decodeValue } from '../../src/sspi/kerberos/messages/read-types.js';
import { decodeEncTicketPart } from '../../src/sspi/kerberos/messages/ticket.js';
import { etypeOf } from './kerberos.js';
import {
  decodePaEncTsEnc,
  encodeEncKdcRepPart,
  encodeEtypeInfo2,
  encodeKdcRep,
} from './kerberos-kdc.js';

const REALM = 'EXAMPLE.TEST';
const USER = 'alice';
const PASSWORD = 'correct horse';
const SERVICE = ['HTTP', 'www.example.test'];
const AES256 = 18;
const ITERATIONS = Uint8Array.of(0, 0, 0x10, 0);

/** A reply before it is encoded. */
export interface Draft {
  readonly crealm: string;
  readonly cname: PrincipalName;
  readonly padata?: readonly PaData[];
  readonly ticket: { readonly realm: string; readonly sname: PrincipalName };
  readonly ticketEtype: number;
  /** In the ticket, which only its service decrypts. */
  readonly transited?: Uint8Array;
  readonly part: EncKdcRepPart;
  /** Encrypts the part. */
  readonly key: ProtocolKey;
  readonly usage: number;
}

/** A request as the KDC sees it. */
export interface Received {
  readonly type: 'AS-REQ' | 'TGS-REQ';
  readonly request: KdcReq;
  /** In an AS-REQ: whether it has an encrypted timestamp. */
  readonly hasTimestamp: boolean;
  /** In a TGS-REQ. */
  readonly sessionKey?: ProtocolKey;
  readonly authenticator?: Authenticator;
}

/** What a false KDC does in another way. */
export interface Falsehood {
  /** Alters a reply. */
  readonly alter?: (draft: Draft, received: Received) => Partial<Draft>;
  /** Another answer in place of the genuine one; undefined for the genuine one. */
  readonly answer?: (received: Received) => Uint8Array | undefined;
  /** Whether a request gets no answer. */
  readonly isSilent?: (received: Received) => boolean;
  /** Takes over a connection. */
  readonly connect?: (socket: net.Socket) => void;
  /** What the KDC asks for in ETYPE-INFO2. */
  readonly info?: Parameters<typeof encodeEtypeInfo2>[0];
  readonly preauth?: boolean;
  /** What the clock of the KDC is ahead, in seconds. */
  readonly ahead?: number;
}

/**
 * A KDC of the realm EXAMPLE.TEST in this process, with the user alice and the service HTTP/www.example.test. It can be
 * made to lie.
 */
export class TestKdc {
  readonly realm: string;
  readonly service: ProtocolKey;
  /** What it received. */
  readonly received: Received[] = [];
  falsehood: Falsehood = {};
  /** The key of ticket-granting tickets. */
  readonly granting: ProtocolKey;
  readonly #sockets = new Set<net.Socket>();
  readonly #server = net.createServer((socket) => this.#serve(socket));
  #userKey: ProtocolKey | undefined;

  /**
   * @param granting that of another realm, whose tickets this one accepts
   * @param etype of the key of the service and of the session keys of its tickets
   */
  constructor(
    realm: string = REALM,
    granting: ProtocolKey = ProtocolKey.generate(etypeOf(AES256)),
    etype: number = AES256,
  ) {
    this.realm = realm;
    this.granting = granting;
    this.service = ProtocolKey.generate(etypeOf(etype));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Waits until no connection is open. */
  async untilIdle(): Promise<void> {
    for (const socket of this.#sockets) {
      // Not once(): it throws for a connection that is reset.
      await new Promise((resolve) => socket.once('close', resolve));
    }
  }

  async start(): Promise<this> {
    const salt = new TextEncoder().encode(`${REALM}${USER}`);
    const etype = etypeOf(AES256);
    this.#userKey = new ProtocolKey(etype, await etype.stringToKey(PASSWORD, salt));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** The number of open connections. */
  get connections(): number {
    return this.#sockets.size;
  }

  #serve(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    if (this.falsehood.connect !== undefined) {
      this.falsehood.connect(socket);
      // Otherwise the end of the connection is not seen.
      socket.resume();
      return;
    }
    let bytes = Buffer.alloc(0);
    socket.on('data', (part) => {
      bytes = Buffer.concat([bytes, part]);
      if (bytes.length < 4 || bytes.length < 4 + bytes.readUInt32BE()) return;
      const received = this.#receive(new Uint8Array(bytes.subarray(4)));
      this.received.push(received);
      if (this.falsehood.isSilent?.(received) === true) return;
      socket.write(framed(this.falsehood.answer?.(received) ?? this.#reply(received)));
    });
  }

  #receive(message: Uint8Array): Received {
    const type = message[0] === 0x6a ? 'AS-REQ' : 'TGS-REQ';
    const request = decodeKdcReq(type, message);
    const padataOf = (wanted: number) =>
      request.padata?.find(({ padataType }) => padataType === wanted)?.padataValue;
    const hasTimestamp = padataOf(PA['ENC-TIMESTAMP']) !== undefined;
    const apReq = padataOf(PA['TGS-REQ']);
    if (apReq === undefined) return { type, request, hasTimestamp };
    const { ticket, authenticator } = decodeApReq(apReq);
    const { key } = decodeEncTicketPart(this.granting.decrypt(2, ticket.encPart.cipher));
    const sessionKey = new ProtocolKey(etypeOf(key.keytype), key.keyvalue);
    const plaintext = sessionKey.decrypt(7, authenticator.cipher);
    return {
      type,
      request,
      hasTimestamp,
      sessionKey,
      authenticator: decodeAuthenticator(plaintext),
    };
  }

  #reply(received: Received): Uint8Array {
    const problem = received.type === 'AS-REQ' ? this.#checkLogon(received) : undefined;
    if (problem !== undefined) return problem;
    const draft = this.#draft(received);
    return this.#encode(received, { ...draft, ...this.falsehood.alter?.(draft, received) });
  }

  #checkLogon({ request, hasTimestamp }: Received): Uint8Array | undefined {
    const { preauth = true, info, ahead = 0 } = this.falsehood;
    const [name] = request.body.cname?.nameString ?? [];
    if (name?.split('@')[0] !== USER) return this.error(6);
    if (!preauth) return undefined;
    const standard = [{ etype: AES256, salt: this.#salt, s2kparams: ITERATIONS }];
    const method = (padataType: number, padataValue: Uint8Array) => ({ padataType, padataValue });
    const eData = encodeMethodData([
      method(PA['ENC-TIMESTAMP'], new Uint8Array(0)),
      method(PA['ETYPE-INFO2'], encodeEtypeInfo2(info ?? standard)),
    ]);
    if (!hasTimestamp) return this.error(25, { eData });
    try {
      const value = request.padata?.[0]?.padataValue ?? new Uint8Array(0);
      const { cipher }: EncryptedData = decodeValue(value, 'EncryptedData', readEncryptedData);
      const { patimestamp } = decodePaEncTsEnc((this.#userKey as ProtocolKey).decrypt(1, cipher));
      return Math.abs(patimestamp - now() - ahead) > 300 ? this.error(37) : undefined;
    } catch {
      return this.error(24);
    }
  }

  get #salt(): Uint8Array {
    return new TextEncoder().encode(`${this.realm}${USER}`);
  }

  #draft({ type, request, sessionKey, authenticator }: Received): Draft {
    const { body } = request;
    const { etype } = isGranting(body.sname) ? this.granting : this.service;
    const { bytes } = ProtocolKey.generate(etype);
    const time = now() + (this.falsehood.ahead ?? 0);
    const part: EncKdcRepPart = {
      key: { keytype: etype.number, keyvalue: bytes },
      lastReq: [],
      nonce: body.nonce,
      flags: 0x40000000,
      authtime: time,
      endtime: time + 3600,
      srealm: this.realm,
      sname: body.sname,
    };
    const ticket = { realm: this.realm, sname: body.sname };
    const common = { ticket, ticketEtype: etype.number, part };
    if (type === 'AS-REQ') {
      const cname = body.cname as PrincipalName;
      return { ...common, crealm: this.realm, cname, key: this.#userKey as ProtocolKey, usage: 3 };
    }
    const { crealm, cname, subkey } = authenticator as Authenticator;
    const { keytype, keyvalue } = subkey as EncryptionKey;
    const key = subkey ? new ProtocolKey(etypeOf(keytype), keyvalue) : (sessionKey as ProtocolKey);
    return { ...common, crealm, cname, key, usage: 9 };
  }

  #encode({ type }: Received, draft: Draft): Uint8Array {
    const { crealm, cname, padata, ticket, ticketEtype, part, key, usage } = draft;
    const { transited: contents = new Uint8Array(0) } = draft;
    const ticketPart = encodeEncTicketPart({
      ...part,
      crealm,
      cname,
      transited: { trType: 1, contents },
    });
    const ticketKey = isGranting(part.sname) ? this.granting : this.service;
    const encPart = { etype: ticketEtype, kvno: 3, cipher: ticketKey.encrypt(2, ticketPart) };
    const der = encodeTicket({ ...ticket, encPart });
    const application = type === 'AS-REQ' ? 25 : 26;
    const cipher = key.encrypt(usage, encodeEncKdcRepPart(application, part));
    return encodeKdcRep(type === 'AS-REQ' ? 'AS-REP' : 'TGS-REP', {
      padata,
      crealm,
      cname,
      ticket: { ...ticket, encPart, der },
      encPart: { etype: key.etype.number, cipher },
    });
  }

  /** A KRB-ERROR, with a text that must not appear anywhere. */
  error(errorCode: number, more: Partial<KrbError> = {}): Uint8Array {
    return encodeKrbError({
      stime: now(),
      susec: 0,
      errorCode,
      realm: this.realm,
      sname: { nameType: 2, nameString: ['krbtgt', this.realm] },
      eText: FORGED_TEXT,
      ...more,
    });
  }
}

/** Whether a ticket for this service is a ticket-granting one. */
function isGranting({ nameString }: PrincipalName): boolean {
  return nameString[0] === 'krbtgt';
}

/** The text in each KRB-ERROR of a {@link TestKdc}. */
export const FORGED_TEXT = 'forged\r\ntext';

/** The user of a {@link TestKdc}. */
export const IDENTITY: { user: string; domain: string; password: string } = {
  user: USER,
  domain: REALM,
  password: PASSWORD,
};
/** The service of a {@link TestKdc}. */
export const TARGET: string = SERVICE.join('/');

/** Writes a krb5.conf with the ports of the KDCs of each realm. @returns its path */
export function writeConfiguration(
  folder: string,
  realms: Readonly<Record<string, readonly number[]>>,
  defaults: readonly string[] = [],
  domains: readonly string[] = [],
): string {
  const path = join(folder, 'krb5.conf');
  const lines = Object.entries(realms).flatMap(([realm, ports]) => [
    `${realm} = {`,
    ...ports.map((port) => `kdc = 127.0.0.1:${port}`),
    '}',
  ]);
  const head = ['[libdefaults]', 'dns_lookup_kdc = false', ...defaults];
  const settings = [...head, '[realms]', ...lines, '[domain_realm]', ...domains];
  writeFileSync(path, `${settings.join('\n')}\n`);
  return path;
}

/** A message with its length before it. */
export function framed(message: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}
