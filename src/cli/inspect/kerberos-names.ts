// Names of the numbers in Kerberos messages.

/** TOK_ID (RFC 4121 4.1 and 4.2.6; 4757 7 for rc4-hmac). */
export const TOKEN_IDS: ReadonlyMap<number, string> = new Map([
  [0x0100, 'AP-REQ'],
  [0x0200, 'AP-REP'],
  [0x0300, 'KRB-ERROR'],
  [0x0404, 'MIC'],
  [0x0504, 'Wrap'],
  [0x0101, 'MIC of RFC 4757'],
  [0x0201, 'Wrap of RFC 4757'],
]);

/** The registry of IANA. */
export const ETYPES: ReadonlyMap<number, string> = new Map([
  [0, 'none'],
  [1, 'des-cbc-crc'],
  [2, 'des-cbc-md4'],
  [3, 'des-cbc-md5'],
  [16, 'des3-cbc-sha1-kd'],
  [17, 'aes128-cts-hmac-sha1-96'],
  [18, 'aes256-cts-hmac-sha1-96'],
  [19, 'aes128-cts-hmac-sha256-128'],
  [20, 'aes256-cts-hmac-sha384-192'],
  [23, 'rc4-hmac'],
  [24, 'rc4-hmac-exp'],
  [25, 'camellia128-cts-cmac'],
  [26, 'camellia256-cts-cmac'],
]);

/** RFC 3961 8, RFC 3962 7, RFC 8009 7, RFC 4757 4, RFC 4121 4.1.1. */
export const CHECKSUM_TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'CRC32'],
  [7, 'rsa-md5'],
  [12, 'hmac-sha1-des3-kd'],
  [15, 'hmac-sha1-96-aes128'],
  [16, 'hmac-sha1-96-aes256'],
  [19, 'hmac-sha256-128-aes128'],
  [20, 'hmac-sha384-192-aes256'],
  [-138, 'hmac-md5'],
  [0x8003, 'GSS-API'],
]);

/** RFC 4120 6.2, RFC 6111 3.1, MS-KILE 2.2.1. */
export const NAME_TYPES: ReadonlyMap<number, string> = new Map([
  [0, 'NT-UNKNOWN'],
  [1, 'NT-PRINCIPAL'],
  [2, 'NT-SRV-INST'],
  [3, 'NT-SRV-HST'],
  [4, 'NT-SRV-XHST'],
  [5, 'NT-UID'],
  [6, 'NT-X500-PRINCIPAL'],
  [7, 'NT-SMTP-NAME'],
  [10, 'NT-ENTERPRISE'],
  [11, 'NT-WELLKNOWN'],
  [12, 'NT-SRV-HST-DOMAIN'],
  [-128, 'NT-MS-PRINCIPAL'],
  [-129, 'NT-MS-PRINCIPAL-AND-ID'],
  [-130, 'NT-ENT-PRINCIPAL-AND-ID'],
]);

/** RFC 4120 7.5.3. */
export const ADDRESS_TYPES: ReadonlyMap<number, string> = new Map([
  [2, 'IPv4'],
  [3, 'Directional'],
  [20, 'NetBIOS'],
  [24, 'IPv6'],
]);

/** RFC 4120 7.5.4, RFC 6113 and MS-KILE 2.2 and 3.2.5.8. */
export const AD_TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'AD-IF-RELEVANT'],
  [4, 'AD-KDCIssued'],
  [5, 'AD-AND-OR'],
  [8, 'AD-MANDATORY-FOR-KDC'],
  [71, 'AD-FX-FAST-ARMOR'],
  [72, 'AD-FX-FAST-USED'],
  [96, 'AD-AUTHENTICATION-STRENGTH'],
  [97, 'AD-AUTHENTICATION-INDICATOR'],
  [128, 'AD-WIN2K-PAC'],
  [129, 'AD-ETYPE-NEGOTIATION'],
  [141, 'KERB-AUTH-DATA-TOKEN-RESTRICTIONS'],
  [142, 'KERB-LOCAL'],
  [143, 'AD-AUTH-DATA-AP-OPTIONS'],
  [144, 'KERB-AUTH-DATA-CLIENT-TARGET'],
]);

/** RFC 4120 7.5.2, RFC 4556, RFC 6113, RFC 6806 and MS-KILE 2.2. */
export const PADATA_TYPES: ReadonlyMap<number, string> = new Map([
  [1, 'PA-TGS-REQ'],
  [2, 'PA-ENC-TIMESTAMP'],
  [3, 'PA-PW-SALT'],
  [11, 'PA-ETYPE-INFO'],
  [14, 'PA-PK-AS-REQ_OLD'],
  [15, 'PA-PK-AS-REP_OLD'],
  [16, 'PA-PK-AS-REQ'],
  [17, 'PA-PK-AS-REP'],
  [19, 'PA-ETYPE-INFO2'],
  [25, 'PA-SERVER-REFERRAL'],
  [128, 'PA-PAC-REQUEST'],
  [129, 'PA-FOR-USER'],
  [130, 'PA-FOR-X509-USER'],
  [133, 'PA-FX-COOKIE'],
  [136, 'PA-FX-FAST'],
  [137, 'PA-FX-ERROR'],
  [138, 'PA-ENCRYPTED-CHALLENGE'],
  [147, 'PA-PKINIT-KX'],
  [149, 'PA-REQ-ENC-PA-REP'],
  [150, 'PA-AS-FRESHNESS'],
  [151, 'PA-SPAKE'],
  [165, 'PA-SUPPORTED-ENCTYPES'],
  [167, 'PA-PAC-OPTIONS'],
]);

/** APOptions (RFC 4120 5.5.1). */
export const AP_OPTIONS: ReadonlyMap<number, string> = new Map([
  [1, 'use-session-key'],
  [2, 'mutual-required'],
]);

/** TicketFlags (RFC 4120 5.3, RFC 6806 11, RFC 8062 3). */
export const TICKET_FLAGS: ReadonlyMap<number, string> = new Map([
  [1, 'forwardable'],
  [2, 'forwarded'],
  [3, 'proxiable'],
  [4, 'proxy'],
  [5, 'may-postdate'],
  [6, 'postdated'],
  [7, 'invalid'],
  [8, 'renewable'],
  [9, 'initial'],
  [10, 'pre-authent'],
  [11, 'hw-authent'],
  [12, 'transited-policy-checked'],
  [13, 'ok-as-delegate'],
  [15, 'enc-pa-rep'],
  [16, 'anonymous'],
]);

/** KDCOptions (RFC 4120 5.4.1, RFC 6806 3, RFC 8062 3, MS-SFU 2.2.3). */
export const KDC_OPTIONS: ReadonlyMap<number, string> = new Map([
  [1, 'forwardable'],
  [2, 'forwarded'],
  [3, 'proxiable'],
  [4, 'proxy'],
  [5, 'allow-postdate'],
  [6, 'postdated'],
  [8, 'renewable'],
  [11, 'opt-hardware-auth'],
  [14, 'cname-in-addl-tkt'],
  [15, 'canonicalize'],
  [16, 'request-anonymous'],
  [26, 'disable-transited-check'],
  [27, 'renewable-ok'],
  [28, 'enc-tkt-in-skey'],
  [30, 'renew'],
  [31, 'validate'],
]);

/** The flags of the checksum 0x8003 (RFC 4121 4.1.1.1) and those of MS-KILE 3.2.1. */
export const GSS_FLAGS: readonly (readonly [name: string, bit: number])[] = [
  ['GSS_C_DELEG_FLAG', 0x1],
  ['GSS_C_MUTUAL_FLAG', 0x2],
  ['GSS_C_REPLAY_FLAG', 0x4],
  ['GSS_C_SEQUENCE_FLAG', 0x8],
  ['GSS_C_CONF_FLAG', 0x10],
  ['GSS_C_INTEG_FLAG', 0x20],
  ['GSS_C_ANON_FLAG', 0x40],
  ['GSS_C_DCE_STYLE', 0x1000],
  ['GSS_C_IDENTIFY_FLAG', 0x2000],
  ['GSS_C_EXTENDED_ERROR_FLAG', 0x4000],
];

/** The flags of a MIC token or a Wrap token (RFC 4121 4.2.2). */
export const MESSAGE_FLAGS: readonly (readonly [name: string, bit: number])[] = [
  ['SentByAcceptor', 1],
  ['Sealed', 2],
  ['AcceptorSubkey', 4],
];
