import { readFileSync } from 'node:fs';

const MACHINES = { 34404: 'x64', 332: 'ia32', 43620: 'arm64' };
const FLAGS = { HIGH_ENTROPY_VA: 0x20, DYNAMIC_BASE: 0x40, NX_COMPAT: 0x100 };

/**
 * Reads what Windows needs of a program or DLL: its architecture, the DLLs that it imports from, also delayed ones, its
 * exports, and its protections.
 */
export function readPortableExecutable(file) {
  const bytes = readFileSync(file);
  const start = bytes.readUInt32LE(0x3c);
  if (bytes.toString('latin1', start, start + 4) !== 'PE\0\0') throw new Error(`no PE: ${file}`);
  const optional = start + 24;
  const is64 = bytes.readUInt16LE(optional) === 0x20b;
  const directories = optional + (is64 ? 112 : 96);
  const sections = sectionsOf(bytes, start);
  const offsetOf = (address) => {
    const section = sections.find(({ first, size }) => address >= first && address < first + size);
    if (section === undefined) throw new Error(`no section has address ${address}: ${file}`);
    return address - section.first + section.data;
  };
  const image = { bytes, offsetOf, directory: (n) => bytes.readUInt32LE(directories + 8 * n) };
  const characteristics = bytes.readUInt16LE(optional + 70);
  return {
    arch: MACHINES[bytes.readUInt16LE(start + 4)],
    imports: namesOf(image, { directory: 1, size: 20, name: 12 }),
    delayedImports: namesOf(image, { directory: 13, size: 32, name: 4 }),
    exports: exportsOf(image),
    protections: Object.keys(FLAGS).filter((flag) => (characteristics & FLAGS[flag]) !== 0),
  };
}

function sectionsOf(bytes, start) {
  const table = start + 24 + bytes.readUInt16LE(start + 20);
  return Array.from({ length: bytes.readUInt16LE(start + 6) }, (_, index) => {
    const at = table + 40 * index;
    const [size, first, , data] = [8, 12, 16, 20].map((field) => bytes.readUInt32LE(at + field));
    return { size, first, data };
  });
}

/** The names of the DLLs in a table whose entries have this size. An entry without a name ends it. */
function namesOf(image, { directory, size, name }) {
  const names = [];
  const table = image.directory(directory);
  if (table === 0) return names;
  for (let at = image.offsetOf(table); ; at += size) {
    const address = image.bytes.readUInt32LE(at + name);
    if (address === 0) return names;
    names.push(textAt(image, address));
  }
}

function exportsOf(image) {
  const table = image.directory(0);
  if (table === 0) return [];
  const at = image.offsetOf(table);
  const names = image.offsetOf(image.bytes.readUInt32LE(at + 32));
  return Array.from({ length: image.bytes.readUInt32LE(at + 24) }, (_, index) =>
    textAt(image, image.bytes.readUInt32LE(names + 4 * index)),
  );
}

function textAt({ bytes, offsetOf }, address) {
  const from = offsetOf(address);
  return bytes.toString('latin1', from, bytes.indexOf(0, from));
}
