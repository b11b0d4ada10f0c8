/** Options whose values say who or where somebody is, each with what takes their place: reports are shown to others. */
const PRIVATE: ReadonlyMap<string | undefined, string> = new Map([
  ['--user', '<account>'],
  ['--kerberos-target', '<target>'],
  ['--kerberos-keytab', '<keytab>'],
]);

/** The command as it could be typed again, without names: `tokenbinding conformance --seed 2`. */
export function commandLine(name: string, args: readonly string[]): string {
  const shown = args.map((arg, index) => {
    const [option = ''] = arg.split('=', 1);
    if (arg.includes('=') && PRIVATE.has(option)) return `${option}=${PRIVATE.get(option)}`;
    return PRIVATE.get(args[index - 1]) ?? quote(arg);
  });
  return ['tokenbinding', name, ...shown].join(' ');
}

function quote(arg: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(arg) ? arg : `"${arg.replaceAll('"', '\\"')}"`;
}
