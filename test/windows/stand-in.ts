import { join } from 'node:path';

/** The variants of the stand-in for tokenbinding.dll, by the suffix of their file names. */
export type Variant =
  | ''
  | '-v1'
  | '-1809'
  | '-incomplete'
  | '-malicious'
  | '-guard'
  | '-nonconforming'
  | '-other-statuses'
  | '-verified-only';

/** Returns the full path of a stand-in for Microsoft's tokenbinding.dll. */
export function standIn(variant: Variant = ''): string {
  const folder = process.env['STAND_IN_FOLDER'];
  if (folder === undefined) throw new Error('STAND_IN_FOLDER is not set');
  return join(folder, `tokenbinding${variant}.dll`);
}
