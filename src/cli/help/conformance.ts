import { AREAS, GROUPS } from '../../conformance/areas.js';
import { PASSWORD_VARIABLE } from '../variables.js';

const groups = AREAS.map((area) => `${area}:\n    ${GROUPS[area].join(',')}`);

export const help: string = `Usage: tokenbinding conformance [options] [<side> <side>]
       tokenbinding conformance diff [options] <recording> <recording>
       tokenbinding conformance cases [options]

Runs the same cases on two sides and shows where the results differ.

Token Binding: published vectors, generated messages, seeded mutations and
probes. Keys are made only for targets below .invalid, and deleted; a key that
could not be deleted is reported.
SSPI: handshakes, messages, and forgeries of both, with NTLM, Negotiate and
Kerberos. The side is the client, the server, or both; the other end is the
portable provider.

Sides:
  windows        tokenbinding.dll or SSPI of this Windows
  library        the DLL of --library
  replay         the recording of --replay
  stand-in       the recording in this package: the DLL of its tests under Wine,
                 not Microsoft's
  portable       this package's implementation in TypeScript
  specification  the result that RFC 8471, MS-NLMP or RFC 4120 requires, if any
Default: windows and portable. --library or --replay takes the place of windows;
with both, these two are compared.

Cases:
  --area <area>     ${AREAS.join(' or ')} (default: ${AREAS[0]})
  --groups <list>   only these groups, separated by commas (default: all)
  --cases <number>  number of mutations (default: 2000, for sspi 300)
  --seed <number>   seed of the mutations (default: 1)
  --case <id>       only this case, shown in full
A recording brings its own area, groups, mutations and seed.

Groups:
  ${groups.join('\n  ')}

Sources:
  --library <path>  full path of another tokenbinding.dll
  --replay <file>   a recording, made on any platform
  --user <account>  for sspi: DOMAIN\\user, an account that this Windows knows.
                    Its password is read from the environment variable
                    ${PASSWORD_VARIABLE}, or else from the first line of
                    standard input. Several hundred cases are failed logons: use
                    a dedicated test account. Without it, cases with Windows as
                    the server alone are skipped.
  --kerberos-target <service/host>
                    for sspi: a service of the domain. To test Windows as the
                    server, run this command as the account of the service
  --kerberos-keytab <file>
                    a keytab with its AES256 key. Without both options, the
                    cases of Kerberos do not run on Windows.

Output:
  --record <file>   write the first side's results to a recording
  --html <file>     write the report as an HTML page
  --json            print the report as JSON

'diff' compares two recordings, for example of two builds of Windows; it takes
--case, --html and --json. 'cases' lists the cases and runs none: see
'tokenbinding conformance cases --help'.

Examples:
  tokenbinding conformance stand-in portable
  tokenbinding conformance portable specification --case vectors/tb-00/ecdsap256
  tokenbinding conformance --record windows.jsonl --html windows.html
  tokenbinding conformance --replay windows.jsonl

Exit code: 0 the sides agree, 1 they differ, 2 nothing to compare, or not done.
`;
