// Makes a self-signed certificate for a host (X.509, RFC 5280): P-256, valid for one day.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
/** [2] and [7] of GeneralName. */
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
/** [0] and [3] of TBSCertificate. */
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;

const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');

const HOUR = 3_600_000;

/**
 * @param {string} name of a host, or an IPv4 address
 * @returns {{ certificate: string, privateKey: string }} both in PEM
 */
export function makeCertificate(name = 'localhost') {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const commonName = der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(name)));
  const subject = der(SEQUENCE, der(SET, commonName));
  const validity = der(SEQUENCE, utcTime(Date.now() - HOUR), utcTime(Date.now() + 24 * HOUR));
  const host = isIPv4(name)
    ? der(IP_ADDRESS, Buffer.from(name.split('.').map(Number)))
    : der(DNS_NAME, Buffer.from(name));
  const names = der(SEQUENCE, host);
  const altName = der(SEQUENCE, SUBJECT_ALT_NAME, der(OCTET_STRING, names));
  const content = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1]), randomBytes(8)),
    algorithm,
    subject,
    validity,
    subject,
    publicKey.export({ format: 'der', type: 'spki' }),
    der(EXTENSIONS, der(SEQUENCE, altName)),
  );
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', content, privateKey));
  return {
    certificate: pem(der(SEQUENCE, content, algorithm, signature)),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

/** One value in DER: its tag, its length and its content. */
function der(tag, ...parts) {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content]);
}

function lengthOf({ length }) {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function utcTime(milliseconds) {
  const digits = new Date(milliseconds).toISOString().replace(/\D/g, '');
  return der(UTC_TIME, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function pem(certificate) {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
