import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, '.github', 'workflows');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const workflows = readdirSync(folder).map(
  (file) => [file, parse(readFileSync(join(folder, file), 'utf8')) as Workflow] as const,
);

describe('the workflows of GitHub', () => {
  it('are those for tests and releases', () => {
    assert.deepEqual(
      workflows.map(([file]) => file),
      ['release.yml', 'test.yml'],
    );
  });

  for (const [file, { permissions, jobs }] of workflows) {
    for (const [name, job] of Object.entries(jobs)) {
      describe(`${file}: ${name}`, () => {
        it('runs only scripts of this package, which also run here', () => {
          for (const { run } of job.steps) {
            if (run === undefined || /^npm ci( --ignore-scripts)?$/.test(run)) continue;
            const [, script, path] = /^(?:npm run ([\w:]+)|node (scripts\/[\w-]+\.js))\b.*$/.exec(
              run,
            ) ?? [run];
            const isThere =
              script === undefined
                ? path !== undefined && existsSync(join(root, path))
                : Object.hasOwn(scripts, script);
            assert.ok(isThere, run);
          }
        });

        it('uses actions by their full commit', () => {
          for (const { uses } of job.steps) {
            if (uses !== undefined) assert.match(uses, /^actions\/[\w-]+@[0-9a-f]{40}$/);
          }
        });

        it('keeps no credentials in the checkout', () => {
          const checkouts = job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
          assert.equal(checkouts.length, 1);
          assert.equal(checkouts[0]?.with?.['persist-credentials'], false);
        });

        it('has the least permissions and a limit of time', () => {
          assert.deepEqual(permissions, { contents: 'read' });
          const isPublish = file === 'release.yml' && name === 'publish';
          const own = isPublish ? { contents: 'read', 'id-token': 'write' } : undefined;
          assert.deepEqual(job.permissions, own);
          assert.ok((job['timeout-minutes'] ?? 0) > 0);
        });
      });
    }
  }

  describe('for a release', () => {
    const release = parse(readFileSync(join(folder, 'release.yml'), 'utf8'));
    const { prebuild, pack, publish } = release.jobs;
    const runsOf = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);

    it('pack only after the addon of each architecture was built', () => {
      const built = prebuild.strategy.matrix.include.map(({ arch }: { arch: string }) => arch);
      assert.deepEqual(built.sort(), ['arm64', 'ia32', 'x64']);
      assert.equal(pack.needs, 'prebuild');
      const runs = ['npm ci --ignore-scripts', 'node scripts/pack-release.js'];
      assert.deepEqual(runsOf(pack), runs);
      assert.equal(runsOf(prebuild)[0], runs[0]);
    });

    it('publish the packed tarball by its hash, in a job that installs nothing', () => {
      assert.equal(publish.needs, 'pack');
      assert.deepEqual(runsOf(publish), ['node scripts/publish.js']);
      const { env } = publish.steps.at(-1);
      assert.deepEqual(env, { RELEASE_SHA512: `\${{ needs.pack.outputs.sha512 }}` });
      assert.equal(pack.outputs.sha512, `\${{ steps.pack.outputs.sha512 }}`);
      const actions = publish.steps.flatMap(({ uses }: Step) => uses?.replace(/@.*/, '') ?? []);
      const names = ['checkout', 'setup-node', 'download-artifact'];
      assert.deepEqual(
        actions,
        names.map((name) => `actions/${name}`),
      );
      const artifacts = [pack, publish].map(({ steps }) => {
        return steps.find((step: Step) => step.with?.['name'] === 'release')?.with.path;
      });
      assert.deepEqual(artifacts, ['release', 'release']);
    });
  });
});
