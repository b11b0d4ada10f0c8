import type { UnavailableReason } from '../errors.js';
import type { Absence } from './find-addon.js';

let warned = false;

/**
 * Says once in a thread, by process.emitWarning, that the portable provider works on Windows because
 * the addon is not there. Other reasons are of the system itself, and need no repair.
 */
export function warnOfPortable({ reason, message }: Absence<UnavailableReason>): void {
  if (warned || (reason !== 'addon-missing' && reason !== 'bundled')) return;
  warned = true;
  process.emitWarning(`The portable provider is used on Windows: ${message}`, {
    type: 'TokenBindingWarning',
    code: 'TB_NO_ADDON',
    detail: "To use it without this warning, open with provider: 'portable'.",
  });
}
