import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/** The URLs of the scripts that a new process loads to run `program`, an ES module. */
export function loadedScripts(program: string): string[] {
  const watched = `
    import { Session } from 'node:inspector';
    const session = new Session();
    session.connect();
    const urls = new Set();
    session.on('Debugger.scriptParsed', ({ params }) => urls.add(params.url));
    session.post('Debugger.enable');
    ${program}
    console.log(JSON.stringify([...urls]));`;
  const args = ['--input-type=module', '--eval', watched];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}
