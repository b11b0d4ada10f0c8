/**
 * Runs `work` while Object.prototype has these properties, as a careless library could leave them there. If `work`
 * returns a promise, it has them until the promise is settled.
 */
export function pollute<T>(properties: Readonly<Record<string, unknown>>, work: () => T): T {
  const clean = () => {
    for (const name of Object.keys(properties)) Reflect.deleteProperty(Object.prototype, name);
  };
  Object.assign(Object.prototype, properties);
  let result: T;
  try {
    result = work();
  } catch (error) {
    clean();
    throw error;
  }
  if (result instanceof Promise) return result.finally(clean) as T;
  clean();
  return result;
}
