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

/**
 * The value of an optional property; undefined if the object itself does not have it. A plain read would also find a
 * property of Object.prototype.
 */
export function ownValue<T extends object, const Name extends keyof T>(
  object: T,
  name: Name,
): T[Name] | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
