import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

/** Whether this Windows is Wine, whose System32 has a program that Windows' has not. */
export function isWine(): boolean {
  if (process.platform !== 'win32') return false;
  return existsSync(
    win32.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'system32', 'winecfg.exe'),
  );
}
