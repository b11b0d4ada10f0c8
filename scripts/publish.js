// Publishes the tarball in release/ with provenance. Its job may publish in the name of this package, and so it installs
// nothing: scripts/pack-release.js made the tarball in another job, which states its hash in RELEASE_SHA512.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../release', import.meta.url));

try {
  const tarball = findTarball();
  checkHash(tarball);
  checkTag(tarball);
  // npm runs no script of a tarball; the option states it.
  const options = ['--access', 'public', '--provenance', '--ignore-scripts'];
  execFileSync('npm', ['publish', tarball, ...options], { stdio: 'inherit' });
} catch (error) {
  console.error(`not published: ${error.message}`);
  process.exitCode = 1;
}

function findTarball() {
  const [name, ...others] = existsSync(folder) ? readdirSync(folder) : [];
  if (name === undefined || others.length > 0)
    throw new Error('release/ must have exactly one file');
  return join(folder, name);
}

function checkHash(tarball) {
  const sha512 = createHash('sha512').update(readFileSync(tarball)).digest('hex');
  if (sha512 !== process.env.RELEASE_SHA512) throw new Error(`the SHA-512 is ${sha512}`);
}

/** The tag of the workflow must name the version in the tarball. */
function checkTag(tarball) {
  const args = ['-xzOf', tarball, 'package/package.json'];
  const { version } = JSON.parse(execFileSync('tar', args, { encoding: 'utf8' }));
  const tag = process.env.GITHUB_REF_NAME;
  if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, not v${version}`);
}
