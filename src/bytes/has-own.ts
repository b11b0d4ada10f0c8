/**
 * Whether an object has this property itself, which tells the members of a union apart. The operator `in` also finds
 * a property of Object.prototype.
 */
export function hasOwn<T extends object, const Name extends string>(
  object: T,
  name: Name,
): object is Extract<T, { readonly [Key in Name]: unknown }> {
  return Object.hasOwn(object, name);
}
