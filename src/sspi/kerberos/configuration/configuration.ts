import { isIP } from 'node:net';
import { findKdcs, type KdcAddress, noKdc, unknownRealm } from './find-kdcs.js';
import type { ProfileValue, Section } from './profile.js';
import { readBoolean, readDuration, readEtypes, readKdcAddress } from './read-values.js';

/** The default of MIT Kerberos: a day. */
const TICKET_LIFETIME = 86_400;
/** The longest name in DNS, with a dot at its end. */
const MAX_HOST = 254;

/** What a client needs to know about realms. */
export interface KerberosConfiguration {
  readonly defaultRealm: string | undefined;
  /** Numbers of encryption types, most preferred first. Undefined: all that are not weak. */
  readonly permittedEtypes: readonly number[] | undefined;
  /** With its parameters, such as `%{uid}`. */
  readonly defaultCacheName: string | undefined;
  /** In seconds. */
  readonly ticketLifetime: number;
  /** The realm as krb5.conf has it, in any case, or else in upper case. */
  spellingOf(realm: string): string;
  /**
   * The realm of a host in `domain_realm`: that of the host itself, or of the nearest domain above it. Undefined: the
   * KDC of the client refers to the realm.
   */
  realmOfHost(host: string): string | undefined;
  /**
   * The KDCs of a realm, in the order to try.
   *
   * @throws SspiError SEC_E_NO_AUTHENTICATING_AUTHORITY if there is none, SEC_E_CANNOT_INSTALL if krb5.conf has an
   * invalid address; the reason of the signal if it aborts
   */
  kdcsOf(realm: string, signal: AbortSignal): Promise<readonly KdcAddress[]>;
}

/** A configuration in the form of krb5.conf. */
export class ProfileConfiguration implements KerberosConfiguration {
  readonly defaultRealm: string | undefined;
  readonly permittedEtypes: readonly number[] | undefined;
  readonly defaultCacheName: string | undefined;
  readonly ticketLifetime: number;
  readonly #files: string;
  readonly #realms: Section | undefined;
  readonly #usesDns: boolean;
  /** Realms by host names, and by domains with a dot before them, in lower case. */
  readonly #realmOf = new Map<string, string>();
  /** Realms by their name in upper case. */
  readonly #spellings = new Map<string, string>();

  /**
   * @param files the files and folders that were read, for errors
   * @throws SspiError SEC_E_CANNOT_INSTALL
   */
  constructor(root: Section, files: readonly string[]) {
    this.#files = files.join(', ');
    const defaults = root.section('libdefaults');
    const read = <T>(tag: string, convert: (value: ProfileValue) => T): T | undefined => {
      const value = defaults?.value(tag);
      return value === undefined ? undefined : convert(value);
    };
    this.defaultRealm = read('default_realm', ({ text }) => text);
    this.permittedEtypes = read('permitted_enctypes', readEtypes);
    this.defaultCacheName = read('default_ccache_name', ({ text }) => text);
    this.ticketLifetime = read('ticket_lifetime', readDuration) ?? TICKET_LIFETIME;
    this.#usesDns = read('dns_lookup_kdc', readBoolean) ?? true;
    this.#realms = root.section('realms');
    this.#readDomains(root.section('domain_realm'));
    const named = [this.defaultRealm ?? '', ...(this.#realms?.sectionTags ?? [])];
    for (const realm of [...named, ...this.#realmOf.values()]) {
      const key = realm.toUpperCase();
      if (!this.#spellings.has(key)) this.#spellings.set(key, realm);
    }
  }

  spellingOf(realm: string): string {
    if (this.#realms?.section(realm) !== undefined) return realm;
    const upperCase = realm.toUpperCase();
    return this.#spellings.get(upperCase) ?? upperCase;
  }

  realmOfHost(host: string): string | undefined {
    if (host.length > MAX_HOST || isIP(host) !== 0) return undefined;
    let name = host.toLowerCase().replace(/\.$/, '');
    for (let end = 0; end >= 0; end = name.startsWith('.') ? 1 : name.indexOf('.')) {
      name = name.slice(end);
      const realm = this.#realmOf.get(name);
      if (realm !== undefined) return realm || undefined;
    }
    return undefined;
  }

  async kdcsOf(realm: string, signal: AbortSignal): Promise<readonly KdcAddress[]> {
    const values = this.#realms?.section(realm)?.values('kdc') ?? [];
    const kdcs = values.map(readKdcAddress).filter((kdc) => kdc !== undefined);
    if (kdcs.length > 0) return kdcs;
    if (values.length > 0) throw noKdc(realm, `none of those in ${this.#files} listens for TCP`);
    const absence = this.#files === '' ? 'there is no krb5.conf' : `none is in ${this.#files}`;
    if (this.#usesDns) return findKdcs(realm, absence, signal);
    throw unknownRealm(realm, `${absence}, and dns_lookup_kdc is false`);
  }

  #readDomains(section: Section | undefined): void {
    for (const [domain, { text }] of section?.firstValues() ?? []) {
      const key = domain.toLowerCase();
      if (!this.#realmOf.has(key)) this.#realmOf.set(key, text);
    }
  }
}
