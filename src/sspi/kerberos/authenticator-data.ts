import { invalidToken } from '../failure.js';
import { fromUtf16 } from '../utf16.js';
import type { Authenticator } from './messages/ap-request.js';
import {
  type AuthorizationDataElement,
  decodeAuthorizationData,
} from './messages/authorization-data.js';

// What a client of Windows says in the authorization data of its authenticator (MS-KILE 3.2.5.8).

/** Types of authorization data (RFC 4120 5.2.6, MS-KILE 3.2.5.8). */
const AD_IF_RELEVANT = 1;
const AD_AUTH_DATA_AP_OPTIONS = 143;
const KERB_AUTH_DATA_CLIENT_TARGET = 144;

/** Bits of AD-AUTH-DATA-AP-OPTIONS. */
const KERB_AP_OPTIONS_CBT = 0x4000;
const KERB_AP_OPTIONS_UNVERIFIED_TARGET_NAME = 0x8000;

/** Whether the client says that it sends channel bindings over every channel such as TLS. */
export function knowsBindings(authenticator: Authenticator): boolean {
  return hasApOption(elementsOf(authenticator), KERB_AP_OPTIONS_CBT);
}

/**
 * The names of the service that the client means, such as `HTTP/www.example.com@EXAMPLE.COM`. None if the client does
 * not say, or marks the name as unverified.
 */
export function clientTargetsOf(authenticator: Authenticator): string[] {
  const elements = elementsOf(authenticator);
  if (hasApOption(elements, KERB_AP_OPTIONS_UNVERIFIED_TARGET_NAME)) return [];
  return elements
    .filter(({ adType }) => adType === KERB_AUTH_DATA_CLIENT_TARGET)
    .map(({ adData }) => {
      if (adData.length % 2 === 0) return fromUtf16(adData);
      throw invalidToken('KERB_AUTH_DATA_CLIENT_TARGET has an odd number of bytes');
    });
}

/** The elements, and those one level inside AD-IF-RELEVANT. */
function elementsOf({ authorizationData = [] }: Authenticator): AuthorizationDataElement[] {
  return authorizationData.flatMap((element) => [
    element,
    ...(element.adType === AD_IF_RELEVANT ? decodeAuthorizationData(element.adData) : []),
  ]);
}

function hasApOption(elements: readonly AuthorizationDataElement[], option: number): boolean {
  return elements.some(({ adType, adData }) => {
    if (adType !== AD_AUTH_DATA_AP_OPTIONS) return false;
    if (adData.length !== 4) throw invalidToken('AD-AUTH-DATA-AP-OPTIONS does not have 4 bytes');
    return (Buffer.from(adData).readUInt32LE() & option) !== 0;
  });
}
