// Reads the exports of the package from the .d.ts files of a build, with the API of the compiler.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SyntaxKind } from 'typescript/unstable/ast';
import { API, NodeBuilderFlags, SymbolFlags } from 'typescript/unstable/sync';
import { readDeclaration } from './declaration.js';

/**
 * The entry points of package.json that have types, in its order. Each has
 *
 * - `specifier`, which a program imports, and `page`, the name of its files,
 * - `comment`, the text of its first comment,
 * - `exported`, its exports as declarations, by name,
 * - `reexported`, the names of its exports that an entry point before it has, by specifier,
 * - `imported`, the names that `exported` uses from other entry points, by specifier,
 * - `internal`, the declarations that are used here first and that no entry point exports,
 * - `augmented`, what the files of all these declarations add to modules of Node.
 */
export function readEntryPoints(root) {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const config = join(root, 'scripts', 'api', 'tsconfig.json');
  const api = new API({ cwd: root });
  try {
    const { program, checker } = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    /** The specifier of the entry point that a symbol is listed with. */
    const homes = new Map();
    const modules = Object.entries(exports)
      .filter(([, { types }]) => types !== undefined)
      .map(([path, { types }]) => {
        const file = join(root, types);
        if (!existsSync(file)) throw new Error(`${types} is missing: npm run build makes it`);
        const source = program.getSourceFile(file);
        const specifier = name + path.slice(1);
        const symbols = exportsOf(source, checker);
        for (const symbol of symbols) if (!homes.has(symbol)) homes.set(symbol, specifier);
        const comment = source.statements[0]?.jsDoc?.[0]?.getText();
        return { specifier, page: path === '.' ? name : path.slice(2), comment, symbols };
      });
    return modules.map((module) => readModule(module, homes, checker));
  } finally {
    api.close();
  }
}

function readModule({ specifier, page, comment, symbols }, homes, checker) {
  const isOwn = (symbol) => homes.get(symbol) === specifier;
  const own = symbols.filter(isOwn);
  const internal = [];
  const imported = new Set();
  for (const symbol of own) {
    for (const used of usedSymbols(symbol, checker)) {
      if (!homes.has(used)) {
        homes.set(used, specifier);
        internal.push(used);
        // Its own names are next.
        own.push(used);
      } else if (!isOwn(used)) imported.add(used);
    }
  }
  const read = (symbol) => readDeclaration(symbol.name, nodesOf(symbol), valuesOf(symbol, checker));
  return {
    specifier,
    page,
    comment,
    exported: symbols.filter(isOwn).sort(byName).map(read),
    reexported: namesByHome(
      symbols.filter((symbol) => !isOwn(symbol)),
      homes,
    ),
    imported: namesByHome(imported, homes),
    internal: internal.sort(byName).map(read),
    augmented: augmentationsOf(own),
  };
}

const byName = (one, other) => (one.name < other.name ? -1 : 1);

function namesByHome(symbols, homes) {
  const names = new Map();
  for (const symbol of Array.from(symbols).sort(byName)) {
    const home = homes.get(symbol);
    names.set(home, [...(names.get(home) ?? []), symbol.name]);
  }
  return names;
}

function exportsOf(source, checker) {
  const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
  return symbols.map((symbol) => {
    const target = resolveAlias(symbol, checker);
    if (target.name !== symbol.name) throw new Error(`${target.name} is renamed: ${symbol.name}`);
    return target;
  });
}

function augmentationsOf(symbols) {
  const sources = new Set(symbols.flatMap(nodesOf).map((node) => node.getSourceFile()));
  return Array.from(sources)
    .flatMap(({ statements }) => Array.from(statements))
    .filter(({ kind }) => kind === SyntaxKind.ModuleDeclaration)
    .map((node) => readDeclaration(node.name.text, [node]));
}

/** The symbols of this package that the declarations of a symbol name. */
function usedSymbols(symbol, checker) {
  if (isComputed(symbol)) return [];
  return nodesOf(symbol)
    .flatMap((node) =>
      descendants(node, SyntaxKind.TypeReference, SyntaxKind.ExpressionWithTypeArguments),
    )
    .map((node) =>
      resolveAlias(checker.getSymbolAtLocation(node.typeName ?? node.expression), checker),
    )
    .filter(({ flags, declarations }) => {
      if (flags & SymbolFlags.TypeParameter) return false;
      return declarations.every(({ path }) => path.includes('/dist/src/'));
    });
}

/** Whether a type is computed from a constant. Its record has the values instead. */
function isComputed(symbol) {
  if (!(symbol.flags & SymbolFlags.TypeAlias)) return false;
  return nodesOf(symbol).some((node) => descendants(node, SyntaxKind.TypeQuery).length > 0);
}

/** The values of a computed type. */
function valuesOf(symbol, checker) {
  if (!isComputed(symbol)) return undefined;
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const types = type.isUnionType() ? type.getTypes() : [type];
  return types
    .map((one) => checker.typeToString(one, undefined, NodeBuilderFlags.NoTruncation))
    .map((text) => text.replaceAll('"', "'"))
    .sort();
}

function resolveAlias(symbol, checker) {
  return symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function nodesOf(symbol) {
  return symbol.declarations.map((handle) => handle.resolve());
}

function descendants(node, ...kinds) {
  const found = kinds.includes(node.kind) ? [node] : [];
  node.forEachChild((child) => {
    found.push(...descendants(child, ...kinds));
  });
  return found;
}
