/** The bits of NegotiateFlags (MS-NLMP 2.2.2.5), by their names without NTLMSSP_. */
export const NTLM_FLAGS = {
  NEGOTIATE_UNICODE: 0x00000001,
  NEGOTIATE_OEM: 0x00000002,
  REQUEST_TARGET: 0x00000004,
  NEGOTIATE_SIGN: 0x00000010,
  NEGOTIATE_SEAL: 0x00000020,
  NEGOTIATE_DATAGRAM: 0x00000040,
  NEGOTIATE_LM_KEY: 0x00000080,
  NEGOTIATE_NTLM: 0x00000200,
  ANONYMOUS: 0x00000800,
  NEGOTIATE_OEM_DOMAIN_SUPPLIED: 0x00001000,
  NEGOTIATE_OEM_WORKSTATION_SUPPLIED: 0x00002000,
  NEGOTIATE_ALWAYS_SIGN: 0x00008000,
  TARGET_TYPE_DOMAIN: 0x00010000,
  TARGET_TYPE_SERVER: 0x00020000,
  NEGOTIATE_EXTENDED_SESSIONSECURITY: 0x00080000,
  NEGOTIATE_IDENTIFY: 0x00100000,
  REQUEST_NON_NT_SESSION_KEY: 0x00400000,
  NEGOTIATE_TARGET_INFO: 0x00800000,
  NEGOTIATE_VERSION: 0x02000000,
  NEGOTIATE_128: 0x20000000,
  NEGOTIATE_KEY_EXCH: 0x40000000,
  NEGOTIATE_56: 0x80000000,
} as const;

export type NtlmFlag = keyof typeof NTLM_FLAGS;

export function hasFlag(flags: number, flag: NtlmFlag): boolean {
  return (flags & NTLM_FLAGS[flag]) !== 0;
}

export function flagsOf(...names: readonly NtlmFlag[]): number {
  return names.reduce((flags, name) => (flags | NTLM_FLAGS[name]) >>> 0, 0);
}

/** Whether names are in an OEM code page. Unicode wins if both are set (MS-NLMP 2.2.2.5, A and B). */
export function isOem(flags: number): boolean {
  return hasFlag(flags, 'NEGOTIATE_OEM') && !hasFlag(flags, 'NEGOTIATE_UNICODE');
}

/** The names of the bits that are set. An unknown bit is a number in hex. */
export function flagNames(flags: number): string[] {
  const names: string[] = [];
  for (let bit = 1; bit <= 0x80000000; bit *= 2) {
    if ((flags & bit) === 0) continue;
    const name = Object.entries(NTLM_FLAGS).find(([, value]) => value === bit)?.[0];
    names.push(name ?? `0x${bit.toString(16).padStart(8, '0')}`);
  }
  return names;
}
