// Prints the path of a Node for tests. Fetches it from the npm registry if it is missing.
//
//   node scripts/fetch-node.js <package> <version>
import { join } from 'node:path';
import { fetchPackage } from './fetch-package.js';

const [name = '', version = ''] = process.argv.slice(2);
try {
  const folder = fetchPackage(name, version);
  console.log(join(folder, 'bin', name.startsWith('node-win-') ? 'node.exe' : 'node'));
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
