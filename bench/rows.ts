import { gssRows } from './against-gss.js';
import { OPENSSL_NEEDS, opensslRows } from './against-openssl.js';
import { boundRows } from './bound.js';
import { missingPackages } from './c-program.js';
import { GSS_NEEDS } from './gss.js';
import { httpGssRows, httpRows } from './http.js';
import { kerberosRows } from './kerberos.js';
import type { Row } from './measure.js';
import { ntlmRows } from './ntlm.js';
import type { Peers } from './peers.js';
import { startUpRows } from './start-up.js';
import { tokenBindingRows } from './token-binding.js';

const PROGRAMS = {
  openssl: { needs: OPENSSL_NEEDS, compared: 'Token Binding beside C and OpenSSL' },
  ntlm: { needs: GSS_NEEDS.ntlm, compared: 'NTLM and HTTP beside gss-ntlmssp' },
  kerberos: { needs: GSS_NEEDS.kerberos, compared: 'Kerberos beside that of MIT' },
} as const;

function missingFor(program: keyof typeof PROGRAMS): string[] {
  return missingPackages(PROGRAMS[program].needs);
}

/** The rows that this machine can measure. */
export function benchRows(peers: Peers): Row[] {
  const ntlm = () => peers.ntlm();
  return [
    ...tokenBindingRows(),
    ...(missingFor('openssl').length === 0 ? opensslRows() : []),
    ...ntlmRows(),
    ...(missingFor('ntlm').length === 0 ? [...gssRows(ntlm), ...httpGssRows(ntlm)] : []),
    ...(missingFor('kerberos').length === 0 ? kerberosRows((etype) => peers.kerberos(etype)) : []),
    ...httpRows(),
    ...boundRows(),
    ...startUpRows(),
  ];
}

/** What this machine cannot measure, with the packages of Debian that would be needed. */
export function describeMissing(): string[] {
  return (Object.keys(PROGRAMS) as (keyof typeof PROGRAMS)[]).flatMap((program) => {
    const missing = missingFor(program);
    const needs = `not measured: ${PROGRAMS[program].compared}, which needs ${missing.join(', ')}`;
    return missing.length === 0 ? [] : [needs];
  });
}
