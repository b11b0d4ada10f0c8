/** Reads a variable of the environment. A plain read of process.env also finds a property of Object.prototype. */
export function readVariable(name: string): string | undefined {
  return Object.hasOwn(process.env, name) ? process.env[name] : undefined;
}
