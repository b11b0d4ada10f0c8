import type { Unavailable } from './library.js';

let warned = false;

/**
 * Warns by process.emitWarning, once per thread, if Windows gets the portable provider because the addon
 * is missing. The other reasons need no repair: they are properties of the system.
 */
export function warnOfPortable({ reason, message }: Unavailable<string>): void {
  if (warned || (reason !== 'addon-missing' && reason !== 'bundled')) return;
  warned = true;
  process.emitWarning(`The portable provider is used on Windows: ${message}`, {
    type: 'TokenBindingWarning',
    code: 'TB_NO_ADDON',
    detail: "To use it without this warning, open with provider: 'portable'.",
  });
}
