export const help: string = `Usage: tokenbinding status [--json]

Shows which provider is in use for Token Binding and which for SSPI, why, and
what each supports.

  --json  print JSON

Examples:
  tokenbinding status
  tokenbinding status --json

Exit code: 0 done, 2 not done.
`;
