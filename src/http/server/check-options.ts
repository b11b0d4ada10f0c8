import { invalidArgType } from '../../bytes/check.js';
import { forbidPromise } from './promises.js';

export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw invalidArgType(name, 'a boolean');
  return value;
}

/** @param name of the option, without `options.` */
export function checkFunction<F extends (...args: never[]) => unknown>(
  name: string,
  value: unknown,
): F | undefined {
  if (value !== undefined && typeof value !== 'function') {
    throw invalidArgType(`options.${name}`, 'a function');
  }
  return value as F | undefined;
}

/** {@link checkFunction} for a function that must not return a promise. */
export function checkSynchronous<Argument, Result>(
  name: string,
  value: unknown,
): ((argument: Argument) => Result) | undefined {
  const call = checkFunction<(argument: Argument) => Result>(name, value);
  return call === undefined ? undefined : forbidPromise(name, call);
}
