import { findPackageFile } from '../package-file.js';

/**
 * Finds the recording in this package. It was made under Wine, of the stand-in for tokenbinding.dll that the tests use: it
 * says nothing about Microsoft's DLL. test/wine/stand-in-recording.ts makes it.
 */
export function findStandInRecording(): string {
  return findPackageFile('src/conformance/token-binding/stand-in-under-wine.jsonl');
}
