import { packageVersion } from '../conformance/package-version.js';
import { open } from '../tokenbinding/open.js';
import { type Command, EXIT, noArgument, parseOptions } from './command.js';
import { print, printJson, style } from './output.js';

const help = `Usage: tokenbinding status [--json]

Says which provider does the work here and why, and what it can do.

  --json  the same as JSON

Exit code: 0 done, 2 not done.
`;

export const status: Command = {
  summary: 'say which provider does the work here, and why',
  help,
  async run(args) {
    const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } });
    noArgument(positionals);
    const tokenBinding = open();
    const { name, reason, library } = tokenBinding.provider;
    const { major, minor } = await tokenBinding.getHighestSupportedVersion();
    const report = {
      provider: name,
      reason,
      ...(library === undefined ? {} : { library }),
      protocolVersion: `${major}.${minor}`,
      keyTypesClient: await tokenBinding.getKeyTypesClient(),
      keyTypesServer: await tokenBinding.getKeyTypesServer(),
      package: packageVersion(),
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    };
    if (values.json) printJson(report);
    else {
      print([
        `provider          ${style('bold', name)} (${reason})`,
        ...(library === undefined ? [] : [`library           ${library}`]),
        `protocol version  ${report.protocolVersion}`,
        `client key types  ${report.keyTypesClient.join(', ')}`,
        `server key types  ${report.keyTypesServer.join(', ')}`,
        `package           tokenbinding ${report.package}`,
        `node              ${report.node} on ${report.platform}`,
      ]);
    }
    return EXIT.ok;
  },
};
