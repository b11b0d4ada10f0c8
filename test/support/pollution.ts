/** What `work` gives while Object.prototype has these properties, which some library left there. */
export function polluted<T>(properties: Readonly<Record<string, unknown>>, work: () => T): T {
  for (const [name, value] of Object.entries(properties)) {
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
  }
  try {
    return work();
  } finally {
    for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
  }
}
