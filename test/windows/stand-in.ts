import { join } from 'node:path';

/** The stand-ins for tokenbinding.dll that the tests build; the file name of each is its flavour's. */
export type Flavour =
  | ''
  | '-v1'
  | '-1809'
  | '-incomplete'
  | '-hostile'
  | '-guard'
  | '-deviant'
  | '-other-statuses'
  | '-verified-only';

/** The full path of a stand-in for Microsoft's tokenbinding.dll. */
export function standIn(flavour: Flavour = ''): string {
  const folder = process.env['STAND_IN_FOLDER'];
  if (folder === undefined) throw new Error('STAND_IN_FOLDER is not set');
  return join(folder, `tokenbinding${flavour}.dll`);
}
