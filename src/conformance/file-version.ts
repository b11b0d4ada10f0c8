/**
 * What precedes a file version: the key of VS_VERSIONINFO, which ends with a NUL and a word of
 * padding, and the signature of the VS_FIXEDFILEINFO that follows it (verrsrc.h).
 */
const START = Buffer.concat([
  Buffer.from('VS_VERSION_INFO\0\0', 'utf16le'),
  Buffer.from([0xbd, 0x04, 0xef, 0xfe]),
]);

/** Of VS_FIXEDFILEINFO, after its signature. */
const LENGTH = 48;

/**
 * The file version of a Windows executable or DLL: `10.0.26100.1`. It is what the file says of itself,
 * in the first version resource that its bytes hold.
 *
 * @param bytes the whole file; they need not be one of Windows
 * @returns four numbers of 0 to 65535 with dots between them; undefined where there is no version
 *   resource, or half of one
 */
export function fileVersion(bytes: Uint8Array): string | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = file.indexOf(START);
  if (start === -1 || file.length - start < START.length + LENGTH) return undefined;
  // dwStrucVersion, then dwFileVersionMS and dwFileVersionLS, each with its more significant word last.
  const parts = [6, 4, 10, 8].map((offset) => file.readUInt16LE(start + START.length + offset));
  return parts.join('.');
}
