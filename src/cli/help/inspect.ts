export const help: string = `Usage: tokenbinding inspect [--json] [--keytab <path>] <input>
       tokenbinding inspect [--json] [--keytab <path>] --file <path>

Shows the fields of a Token Binding message (RFC 8471), an NTLM message
(MS-NLMP), a Kerberos token or message (RFC 4121, RFC 4120), or a SPNEGO token
(RFC 4178) with the NTLM or Kerberos token in it. The first bytes tell which it
is. Damaged input is shown up to the fault. No signature is verified.

  <input>          base64url, base64 or hex, alone or in a header line:
                     Sec-Token-Binding: <message>   (base64url or hex)
                     Authorization: NTLM <token>
                     WWW-Authenticate: Negotiate <token>
                     Negotiate <token>
                   @<path> reads a file with such text or with the bytes
                   themselves, - reads the same from standard input. No other
                   text is taken for the name of a file.
  --file <path>    same as @<path>
  --keytab <path>  a keytab of the service, which decrypts Kerberos tickets for
                   it and the authenticators of their clients. The keys in them
                   are never shown.
  --json           print JSON

Input may have up to 1 MiB. A token of more than 65,535 bytes is not decoded.
'tokenbinding ntlm inspect' is an older name of this command.

Examples:
  tokenbinding inspect TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=
  tokenbinding inspect "Sec-Token-Binding: AIkAAgBBQ..."
  tokenbinding inspect --json @message.txt
  tokenbinding inspect --keytab service.keytab @token.txt

Exit code: 0 well-formed; 1 damaged, or not decrypted with --keytab; 2 not done.
`;
