/** The option that names an account. Reports are shown to others. */
const ACCOUNT = '--user';

/** The command as it could be typed again, without the account's name: `tokenbinding conformance --seed 2`. */
export function commandLine(name: string, args: readonly string[]): string {
  const shown = args.map((arg, index) => {
    if (args[index - 1] === ACCOUNT) return '<account>';
    return arg.startsWith(`${ACCOUNT}=`) ? `${ACCOUNT}=<account>` : quote(arg);
  });
  return ['tokenbinding', name, ...shown].join(' ');
}

function quote(arg: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(arg) ? arg : `"${arg.replaceAll('"', '\\"')}"`;
}
