import { AREAS } from '../../conformance/areas.js';

export const help: string = `Usage: tokenbinding conformance cases [options]

Lists the cases of 'tokenbinding conformance', one a line, and runs none. As
JSON, each has its input, for another implementation to run: docs/recordings.md
describes the format.

  --area <area>     ${AREAS.join(' or ')} (default: ${AREAS[0]})
  --groups <list>   only these groups, separated by commas (default: all)
  --cases <number>  number of mutations (default: 2000, for sspi 300)
  --seed <number>   seed of the mutations (default: 1)
  --case <id>       only this case
  --json            print each case as JSON

Examples:
  tokenbinding conformance cases --groups vectors
  tokenbinding conformance cases --area sspi --cases 0
  tokenbinding conformance cases --case vectors/tb-00/ecdsap256 --json

Exit code: 0 done, 2 not done.
`;
