import type { UnavailableReason } from '../errors.js';

/**
 * Why the operating system's own provider cannot serve here. This version of the package brings no
 * addon, so that there is always a reason.
 */
export function windowsAbsence(): UnavailableReason {
  return process.platform === 'win32' ? 'addon-missing' : 'not-windows';
}
