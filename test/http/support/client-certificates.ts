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
