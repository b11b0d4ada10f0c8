/**
 * Options for Node's own functions, without a prototype: Node reads them by name, so that a property of
 * Object.prototype would be an option, and an accessor there would be called with all of them.
 */
export function withoutPrototype<const Options extends object>(options: Options): Options {
  return Object.setPrototypeOf(options, null);
}
