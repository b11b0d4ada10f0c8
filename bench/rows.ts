import { gssRows } from './against-gss.js';
import { boundRows } from './bound.js';
import { missingForGss } from './gss.js';
import { httpGssRows, httpRows } from './http.js';
import { kerberosRows } from './kerberos.js';
import type { Row } from './measure.js';
import { ntlmRows } from './ntlm.js';
import type { Peers } from './peers.js';
import { startUpRows } from './start-up.js';
import { tokenBindingRows } from './token-binding.js';

const COMPARED = {
  ntlm: 'NTLM and HTTP beside gss-ntlmssp',
  kerberos: 'Kerberos beside that of MIT',
} as const;

/** The rows that this machine can measure. */
export function benchRows(peers: Peers): Row[] {
  const ntlm = () => peers.ntlm();
  return [
    ...tokenBindingRows(),
    ...ntlmRows(),
    ...(missingForGss('ntlm').length === 0 ? [...gssRows(ntlm), ...httpGssRows(ntlm)] : []),
    ...(missingForGss('kerberos').length === 0
      ? kerberosRows((etype) => peers.kerberos(etype))
      : []),
    ...httpRows(),
    ...boundRows(),
    ...startUpRows(),
  ];
}

/** What this machine cannot measure, with the packages of Debian that would be needed. */
export function describeMissing(): string[] {
  return (['ntlm', 'kerberos'] as const).flatMap((mechanism) => {
    const missing = missingForGss(mechanism);
    const needs = `not measured: ${COMPARED[mechanism]}, which needs ${missing.join(', ')}`;
    return missing.length === 0 ? [] : [needs];
  });
}
