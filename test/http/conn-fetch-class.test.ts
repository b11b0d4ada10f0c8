import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { runsUndici8 } from './support/conn-undici.js';

/** A file as a specifier of an import. */
function urlOf(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url));
}

/** Runs a program that imports the module of the class, and returns what it prints. */
async function run(program: string, env: Record<string, string> = {}): Promise<string> {
  const module = urlOf('../../src/http/connection/undici.js');
  const source = `${program}\nimport { fetchAgentClass } from ${module};`;
  const args = ['--no-warnings', '--input-type=module', '--eval', source];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, ...env },
  });
  return stdout.trim();
}

describe('fetchAgentClass', () => {
  it('finds the class of the undici in Node before any request', async () => {
    assert.equal(await run('console.log(fetchAgentClass().name)'), 'Agent');
  });

  it('finds it with NODE_USE_ENV_PROXY', async () => {
    const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:9' };
    assert.equal(await run('console.log(fetchAgentClass().name)', env), 'Agent');
  });

  it('throws if the global dispatcher is of a class that is unknown', async () => {
    const program = `
      class Other {}
      for (const version of [1, 2]) {
        globalThis[Symbol.for('undici.globalDispatcher.' + version)] = new Other();
      }
      try { fetchAgentClass() } catch (error) { console.log(error.message) }`;
    assert.match(await run(program), /^the global dispatcher of fetch was replaced/);
  });

  for (const version of runsUndici8() ? [6, 7, 8] : [6, 7]) {
    it(`makes a dispatcher for fetch although undici ${version} was loaded first`, async () => {
      const result = await run(`
        import ${JSON.stringify(import.meta.resolve(`undici${version}`))};
        import { createDispatcher } from ${urlOf('../../src/http/connection/dispatcher.js')};
        import { ToyHooks, ToyServer } from ${urlOf('./support/conn-bench.js')};
        const server = await ToyServer.open();
        const hooks = new ToyHooks(server.origin);
        const dispatcher = createDispatcher(hooks, { Agent: fetchAgentClass(), connections: 1 });
        for (let index = 0; index < 2; index += 1) {
          const response = await fetch(server.origin, { method: 'POST', body: 'x', dispatcher });
          console.log(response.status, await response.text());
        }
        console.log(server.preparations.length);
        hooks.close();
        server.close();`);
      assert.deepEqual(result.split('\n'), ['200 hello', '200 hello', '1']);
    });
  }
});
