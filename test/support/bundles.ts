import { basename, dirname, extname, join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { type ModuleFormat, rollup } from 'rollup';
import webpack, { type Configuration } from 'webpack';

/** Bundles a program into a file and returns the warnings. */
export type Bundle = (program: string, file: string) => Promise<string[]>;

/** Bundlers by name and format, otherwise with their default settings for Node. */
export const BUNDLERS: Readonly<Record<string, Bundle>> = {
  'esbuild.cjs': withEsbuild({}),
  'esbuild.mjs': withEsbuild({ format: 'esm' }),
  'webpack.cjs': withWebpack({ mode: 'production' }),
  'webpack-development.cjs': withWebpack({ mode: 'development' }),
  'webpack-module.mjs': withWebpack({
    mode: 'none',
    experiments: { outputModule: true },
    output: { module: true },
  }),
  'rollup.cjs': withRollup('cjs'),
  'rollup.mjs': withRollup('es'),
};

function withEsbuild(options: esbuild.BuildOptions): Bundle {
  return async (program, outfile) => {
    const settings = { bundle: true, platform: 'node', logLevel: 'silent', ...options } as const;
    const { warnings } = await esbuild.build({ entryPoints: [program], outfile, ...settings });
    return warnings.map(({ text }) => text);
  };
}

function withWebpack(options: Configuration): Bundle {
  return async (program, file) => {
    const output = { ...options.output, path: join(file, '..'), filename: file.split('/').at(-1) };
    const compiler = webpack({
      target: 'node20',
      entry: program,
      ...options,
      output,
    } as Configuration);
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
      compiler?.run((error, result) => (error ? reject(error) : resolve(result)));
    });
    const { errors = [], warnings = [] } =
      stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    return warnings.map(({ message }) => message);
  };
}

function withRollup(format: ModuleFormat): Bundle {
  return async (input, file) => {
    const warnings: string[] = [];
    const onwarn = ({ message }: { message: string }) => warnings.push(message);
    const plugins = [nodeResolve({ preferBuiltins: true })];
    const bundle = await rollup({ input, plugins, onwarn, external: /^node:/ });
    await bundle.write({
      dir: dirname(file),
      entryFileNames: basename(file),
      chunkFileNames: `[name]-[hash]${extname(file)}`,
      format,
    });
    await bundle.close();
    return warnings;
  };
}
