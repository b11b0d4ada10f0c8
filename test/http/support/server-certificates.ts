import { generate } from 'selfsigned';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export type SignatureHash = 'sha256' | 'sha384' | 'sha512';

/** A new certificate for localhost, signed with its own key. */
export async function newCertificate(
  keyType: 'ec' | 'rsa' = 'ec',
  algorithm: SignatureHash = 'sha256',
): Promise<Certificate> {
  const kind = keyType === 'ec' ? { keyType, curve: 'P-256' } : { keyType, keySize: 2048 };
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...kind,
    algorithm,
  } as Parameters<typeof generate>[1]);
  return { key: made.private, cert: made.cert };
}
