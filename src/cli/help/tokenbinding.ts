export const help: string = `Usage: tokenbinding <command> [options]

Token Binding (RFC 8471) and SSPI (NTLM, Negotiate, Kerberos) for Node.

Commands:
  status       show which providers are in use, and why
  inspect      show the fields of a message of Token Binding, NTLM, SPNEGO or
               Kerberos
  verify       verify a Token Binding message
  generate     make a Token Binding message
  conformance  compare Windows with this package or the specifications
  help         show how to use a command: help <command>

  tokenbinding <command> --help  the same as 'help <command>'
  tokenbinding --version         the version of this package; same as -v

Examples:
  tokenbinding status
  tokenbinding inspect TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=
  tokenbinding conformance stand-in portable

Exit code: 0 yes, or done; 1 no: damaged, refused, or the sides differ;
2 not done.
`;
