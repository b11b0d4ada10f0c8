/**
 * The key of VS_VERSIONINFO, with its NUL and a word of padding, and then the signature of VS_FIXEDFILEINFO
 * (verrsrc.h).
 */
const START = Buffer.concat([
  Buffer.from('VS_VERSION_INFO\0\0', 'utf16le'),
  Buffer.from([0xbd, 0x04, 0xef, 0xfe]),
]);

/** Bytes of VS_FIXEDFILEINFO after its signature. */
const LENGTH = 48;

/**
 * Reads the file version of a Windows executable or DLL: `10.0.26100.1`. It is the one in the first version
 * resource of the file.
 *
 * @param bytes the whole file; any file will do
 * @returns four numbers of 0 to 65535, separated by dots; undefined if the file has no whole version resource
 */
export function fileVersion(bytes: Uint8Array): string | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = file.indexOf(START);
  if (start === -1 || file.length - start < START.length + LENGTH) return undefined;
  // dwStrucVersion, dwFileVersionMS and dwFileVersionLS; the high word of each comes last.
  const parts = [6, 4, 10, 8].map((offset) => file.readUInt16LE(start + START.length + offset));
  return parts.join('.');
}
