import { packageVersion } from '../conformance/package-version.js';
import { openSspi } from '../sspi/open.js';
import { open } from '../tokenbinding/open.js';
import { EXIT, type ExitCode, noArgument, parseOptions } from './command.js';
import { print, printJson, style } from './output.js';

export async function run(args: string[]): Promise<ExitCode> {
  const { values, positionals } = parseOptions(args, { json: { type: 'boolean' } });
  noArgument(positionals);
  const report = {
    ...(await tokenBindingStatus()),
    sspi: sspiStatus(),
    package: packageVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
  if (values.json) printJson(report);
  else print(toText(report));
  return EXIT.ok;
}

interface ProviderStatus {
  readonly provider: string;
  readonly reason: string;
  readonly library?: string;
}

interface TokenBindingStatus extends ProviderStatus {
  readonly protocolVersion: string;
  readonly keyTypesClient: readonly string[];
  readonly keyTypesServer: readonly string[];
}

interface SspiStatus extends ProviderStatus {
  readonly packages: readonly string[];
}

interface Status extends TokenBindingStatus {
  readonly sspi: SspiStatus;
  readonly package: string;
  readonly node: string;
  readonly platform: string;
}

async function tokenBindingStatus(): Promise<TokenBindingStatus> {
  const provider = open();
  const { major, minor } = await provider.getHighestSupportedVersion();
  return {
    ...providerStatus(provider.provider),
    protocolVersion: `${major}.${minor}`,
    keyTypesClient: await provider.getKeyTypesClient(),
    keyTypesServer: await provider.getKeyTypesServer(),
  };
}

function sspiStatus(): SspiStatus {
  const sspi = openSspi();
  const packages = sspi.enumerateSecurityPackages().map(({ name }) => name);
  return { ...providerStatus(sspi.provider), packages };
}

function providerStatus({
  name,
  reason,
  library,
}: {
  readonly name: string;
  readonly reason: string;
  readonly library?: string;
}): ProviderStatus {
  return { provider: name, reason, ...(library === undefined ? {} : { library }) };
}

function toText(report: Status): string[] {
  const { sspi } = report;
  return [
    style('bold', 'Token Binding'),
    ...providerLines(report),
    line('protocol version', report.protocolVersion),
    line('client key types', report.keyTypesClient.join(', ')),
    line('server key types', report.keyTypesServer.join(', ')),
    style('bold', 'SSPI'),
    ...providerLines(sspi),
    line('packages', sspi.packages.join(', ')),
    style('bold', 'Environment'),
    line('package', `tokenbinding ${report.package}`),
    line('node', `${report.node} on ${report.platform}`),
  ];
}

function providerLines({ provider, reason, library }: ProviderStatus): string[] {
  return [
    line('provider', `${style('bold', provider)} (${reason})`),
    ...(library === undefined ? [] : [line('library', library)]),
  ];
}

function line(name: string, value: string): string {
  return `  ${name.padEnd(18)}${value}`;
}
