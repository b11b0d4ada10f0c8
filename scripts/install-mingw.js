// Installs on Debian what npm run build:cross needs beside Node.
import { execFileSync } from 'node:child_process';

const PACKAGES = ['g++-mingw-w64-x86-64-posix', 'g++-mingw-w64-i686-posix'];

run('update', '-qq');
run('install', '-qq', '-y', '--no-install-recommends', ...PACKAGES);

function run(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', args, { stdio: 'inherit', env });
}
