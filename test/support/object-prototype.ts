/** With properties on Object.prototype as long as `work` takes. */
export async function withCommon(
  properties: Record<string, unknown>,
  work: () => unknown,
): Promise<void> {
  Object.assign(Object.prototype, properties);
  try {
    await work();
  } finally {
    for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
  }
}
