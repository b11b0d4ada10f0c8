// Makes a new src/conformance/token-binding/key-corpus.json: public keys with TokenBinding signatures (RFC 8471 3.3)
// for the conformance cases. ECDSA and PSS signatures are random: with new ones no run could be repeated. The private
// keys are never written.
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import { writeFileSync } from 'node:fs';

const OUTPUT = new URL('../src/conformance/token-binding/key-corpus.json', import.meta.url);
const PARAMETERS = { 'rsa2048_pkcs1.5': 0, rsa2048_pss: 1, ecdsap256: 2 };
/** Provided, referred, and one without a name. */
const BINDING_TYPES = [0, 1, 77];
const EKMS = ['one', 'other'].map((name) =>
  createHash('sha256').update(`tokenbinding conformance: ${name}`).digest(),
);
/** Of P-256 (SEC 2 2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const EC = { dsaEncoding: 'ieee-p1363' };
const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };
const pss = (saltLength) => ({ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
const OPTIONS = { 'rsa2048_pkcs1.5': PKCS1, rsa2048_pss: pss(32), ecdsap256: EC };

const keys = [
  key('P-256 key 1', 'ecdsap256'),
  key('P-256 key 2', 'ecdsap256'),
  key('P-256 key 3', 'ecdsap256'),
  key('PKCS1 key 1', 'rsa2048_pkcs1.5'),
  key('PKCS1 key 2', 'rsa2048_pkcs1.5'),
  key('PSS key 1', 'rsa2048_pss'),
  key('PSS key 2', 'rsa2048_pss'),
  key('PKCS1 key with exponent 3', 'rsa2048_pkcs1.5', { publicExponent: 3 }),
];
// Valid signatures by keys that RFC 8471 3.2 does not allow.
const wrongKeys = [
  key('RSA key of 1024 bits', 'rsa2048_pkcs1.5', { modulusLength: 1024 }),
  key('RSA key of 2056 bits', 'rsa2048_pkcs1.5', { modulusLength: 2056 }),
  key('RSA key of 3072 bits', 'rsa2048_pss', { modulusLength: 3072 }),
];
const [p256, , , pkcs1, , pssKey] = keys;
const wrongSignatures = [
  wrong('ECDSA signature in DER', p256, 'sha256', { dsaEncoding: 'der' }),
  wrong('ECDSA signature over SHA-384', p256, 'sha384', EC),
  wrong('PKCS1 signature over SHA-1', pkcs1, 'sha1', PKCS1),
  wrong('PKCS1 signature over SHA-384', pkcs1, 'sha384', PKCS1),
  wrong('PSS signature by a PKCS1 key', pkcs1, 'sha256', pss(32)),
  wrong('PKCS1 signature by a PSS key', pssKey, 'sha256', PKCS1),
  wrong('PSS signature without salt', pssKey, 'sha256', pss(0)),
  wrong('PSS signature with a salt of 20 bytes', pssKey, 'sha256', pss(20)),
  wrong('PSS signature with the longest salt', pssKey, 'sha256', pss(222)),
  wrong('PSS signature over SHA-512', pssKey, 'sha512', pss(32)),
  { name: 'ECDSA signature whose sum is the point at infinity', ...infinite(p256) },
];
const corpus = {
  source: 'made by scripts/make-corpus.js with node:crypto; no private key was kept',
  ekms: EKMS.map((ekm) => ekm.toString('base64url')),
  keys: keys.map(publish),
  wrongKeys: wrongKeys.map(publish),
  wrongSignatures,
};
writeFileSync(OUTPUT, `${JSON.stringify(corpus, null, 1)}\n`);

function key(name, keyType, { modulusLength = 2048, publicExponent = 0x10001 } = {}) {
  const encodings = {
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  };
  const pair =
    keyType === 'ecdsap256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256', ...encodings })
      : generateKeyPairSync('rsa', { modulusLength, publicExponent, ...encodings });
  const privateKey = createPrivateKey({ key: pair.privateKey, format: 'der', type: 'pkcs8' });
  return { name, keyType, privateKey };
}

function publish({ name, keyType, privateKey }) {
  const publicKey = createPublicKey(privateKey);
  const signatures = BINDING_TYPES.map((bindingType) => ({
    bindingType,
    byEkm: EKMS.map((ekm) => {
      const data = signedData(bindingType, keyType, ekm);
      return sign('sha256', data, { key: privateKey, ...OPTIONS[keyType] }).toString('base64url');
    }),
  }));
  return {
    name,
    keyType,
    key: wireKey(publicKey).toString('base64url'),
    spki: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
    signatures,
  };
}

/** A signature for a provided binding with the first EKM, with a forbidden hash or padding. */
function wrong(name, { name: keyName, keyType, privateKey }, hash, options) {
  const data = signedData(0, keyType, EKMS[0]);
  const signature = sign(hash, data, { key: privateKey, ...options }).toString('base64url');
  return { name, key: keyName, signature };
}

/**
 * An ECDSA signature whose verification (SEC 1 4.1.4) gives the point at infinity: with r = -e / d and any s, the sum
 * (e + r * d) / s * G is that point.
 */
function infinite({ name: keyName, keyType, privateKey }) {
  const hash = createHash('sha256')
    .update(signedData(0, keyType, EKMS[0]))
    .digest();
  const d = toInteger(Buffer.from(privateKey.export({ format: 'jwk' }).d, 'base64url'));
  const r = (((-toInteger(hash) * inverse(d)) % ORDER) + ORDER) % ORDER;
  const signature = Buffer.from(
    [r, 1n].map((part) => part.toString(16).padStart(64, '0')).join(''),
    'hex',
  );
  return { key: keyName, signature: signature.toString('base64url') };
}

/** Modulo the order of P-256, which is prime: value ^ (ORDER - 2). */
function inverse(value) {
  let result = 1n;
  for (let base = value, power = ORDER - 2n; power > 0n; power >>= 1n) {
    if (power & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}

function toInteger(bytes) {
  return BigInt(`0x${bytes.toString('hex')}`);
}

function signedData(bindingType, keyType, ekm) {
  return Buffer.concat([Buffer.of(bindingType, PARAMETERS[keyType]), ekm]);
}

/** RSAPublicKey or TB_ECPoint (RFC 8471 3.2). */
function wireKey(publicKey) {
  const { x, y, n, e } = publicKey.export({ format: 'jwk' });
  const decode = (text) => Buffer.from(text, 'base64url');
  if (x !== undefined) return Buffer.concat([Buffer.of(64), decode(x), decode(y)]);
  const modulus = decode(n);
  const exponent = decode(e);
  const length = Buffer.of(modulus.length >> 8, modulus.length & 0xff);
  return Buffer.concat([length, modulus, Buffer.of(exponent.length), exponent]);
}
