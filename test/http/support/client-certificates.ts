import { generate } from 'selfsigned';

/** A certificate for localhost, with its key. */
export async function certificate(
  key: 'RSA' | 'P-256' | 'P-384',
  algorithm: 'sha256' | 'sha384' | 'sha512',
): Promise<{ readonly key: string; readonly cert: string }> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    ...(key === 'RSA' ? { keyType: 'rsa', keySize: 2048 } : { keyType: 'ec', curve: key }),
  } as Parameters<typeof generate>[1]);
  return { key: made.private, cert: made.cert };
}

/** A certificate of Ed25519, whose signature has no hash. selfsigned makes none; `openssl req -x509` made this one. */
export const ED25519: { readonly key: string; readonly cert: string } = {
  key: `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEII4v10zjluGHaGsplrQUc6N/S1ZOhE1SkpS4JoTbIE4t
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBVTCCAQegAwIBAgIUS1os9TH77A8zm+g3lX4caKy5Pj4wBQYDK2VwMBQxEjAQ
BgNVBAMMCWxvY2FsaG9zdDAgFw0yNjExMjgyMzU1MTdaGA8yMTI2MTEwNDIzNTUx
N1owFDESMBAGA1UEAwwJbG9jYWxob3N0MCowBQYDK2VwAyEAcFT6Iwyb/bzDBsWp
KgM3dkM7Tm0Cr42lGpKt0z6uQSmjaTBnMB0GA1UdDgQWBBRtgXutus0BVOfJHfVr
Ls7dqoyNiDAfBgNVHSMEGDAWgBRtgXutus0BVOfJHfVrLs7dqoyNiDAPBgNVHRMB
Af8EBTADAQH/MBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAFBgMrZXADQQCMDtOdhISe
c9yYh48SNcdSxCO+uVb3oNFxLpNyWwC6AC6Tm/MTmOE1sD0KPGjYbQrn+KEP53F6
ZZToLJ51bH0J
-----END CERTIFICATE-----
`,
};
