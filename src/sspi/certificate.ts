import { contextTag, readBytes, readElement, readOptional, TAG } from '../bytes/read-der.js';
import type { Reader } from '../bytes/reader.js';
import { tokenReader } from './token-reader.js';

/** The hash for each signature algorithm, by its OID in hex. SHA-256 replaces MD5 and SHA-1 (RFC 5929 4.1). */
const OF_SIGNATURES: Readonly<Record<string, string>> = {
  // RSA with PKCS #1 v1.5 (RFC 8017 A.2.4): MD5, SHA-1, SHA-256, -384, -512, -224, -512/224, -512/256
  '2a864886f70d010104': 'sha256',
  '2a864886f70d010105': 'sha256',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a864886f70d01010e': 'sha224',
  '2a864886f70d01010f': 'sha512-224',
  '2a864886f70d010110': 'sha512-256',
  // ECDSA (RFC 3279 2.2.3, RFC 5758 3.2): SHA-1, -224, -256, -384, -512
  '2a8648ce3d0401': 'sha256',
  '2a8648ce3d040301': 'sha224',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
  // ECDSA, then RSA with PKCS #1 v1.5, with SHA3-224, -256, -384, -512 (NIST's sigAlgs)
  '608648016503040309': 'sha3-224',
  '60864801650304030a': 'sha3-256',
  '60864801650304030b': 'sha3-384',
  '60864801650304030c': 'sha3-512',
  '60864801650304030d': 'sha3-224',
  '60864801650304030e': 'sha3-256',
  '60864801650304030f': 'sha3-384',
  '608648016503040310': 'sha3-512',
};

/**
 * The hash for each hash algorithm in the parameters of RSA-PSS: SHA-1 (RFC 4055 2.1), and NIST's hashAlgs,
 * SHA-256, -384, -512, -224, -512/224, -512/256, SHA3-224, -256, -384, -512.
 */
const OF_HASHES: Readonly<Record<string, string>> = {
  '2b0e03021a': 'sha256',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
  '608648016503040204': 'sha224',
  '608648016503040205': 'sha512-224',
  '608648016503040206': 'sha512-256',
  '608648016503040207': 'sha3-224',
  '608648016503040208': 'sha3-256',
  '608648016503040209': 'sha3-384',
  '60864801650304020a': 'sha3-512',
};

const RSA_PSS = '2a864886f70d01010a';
const SHA1 = '2b0e03021a';

/**
 * The hash that tls-server-end-point uses for a certificate (RFC 5280 4.1), as node:crypto names it. Undefined for
 * a signature algorithm without a hash and for an unknown one.
 *
 * @throws SspiError SEC_E_INVALID_TOKEN if the bytes are no certificate
 */
export function signatureHashOf(certificate: Uint8Array): string | undefined {
  return readElement(tokenReader(certificate), 'Certificate', TAG.sequence, (fields) => {
    readBytes(fields, 'tbsCertificate', TAG.sequence);
    const hash = readElement(fields, 'signatureAlgorithm', TAG.sequence, readSignatureHash);
    fields.rest('signatureValue');
    return hash;
  });
}

function readSignatureHash(reader: Reader): string | undefined {
  const algorithm = readOid(reader);
  if (algorithm === RSA_PSS) return readElement(reader, 'parameters', TAG.sequence, readPssHash);
  reader.rest('parameters');
  return OF_SIGNATURES[algorithm];
}

/** RSASSA-PSS-params (RFC 8017 A.2.3). Its default hash is SHA-1. */
function readPssHash(reader: Reader): string | undefined {
  const hash = readOptional(reader, 'hashAlgorithm', contextTag(0), (element) =>
    readElement(element, 'AlgorithmIdentifier', TAG.sequence, readHashOid),
  );
  reader.rest('others');
  return OF_HASHES[hash ?? SHA1];
}

function readHashOid(reader: Reader): string {
  const oid = readOid(reader);
  reader.rest('parameters');
  return oid;
}

function readOid(reader: Reader): string {
  return Buffer.from(readBytes(reader, 'algorithm', TAG.oid)).toString('hex');
}
