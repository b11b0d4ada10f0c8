/**
 * The path of an item or a property below another path: `results[1].identifier`,
 * `observations["https://d/"]`.
 */
export function pathBelow(path: string, container: object, name: string): string {
  if (Array.isArray(container)) return `${path}[${name}]`;
  if (!/^\w+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}
