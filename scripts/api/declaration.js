import { SyntaxKind } from 'typescript/unstable/ast';

const KINDS = {
  [SyntaxKind.ClassDeclaration]: 'class',
  [SyntaxKind.FunctionDeclaration]: 'function',
  [SyntaxKind.InterfaceDeclaration]: 'interface',
  [SyntaxKind.ModuleDeclaration]: 'module',
  [SyntaxKind.TypeAliasDeclaration]: 'type',
  [SyntaxKind.VariableDeclaration]: 'const',
};
const HAVE_MEMBERS = ['class', 'interface', 'module', 'type'];
/** Object types in these are no members. */
const OPAQUE = [SyntaxKind.ConditionalType, SyntaxKind.FunctionType];
const LINE_WIDTH = 100;

/**
 * A declaration as plain data: `name`, `kind`, the source `file`, the `comment`, the `text` without comments and private
 * members, the names of its `parameters`, and its `members`.
 *
 * @param nodes several for a function with overloads
 * @param values those of a type that is computed from a constant
 */
export function readDeclaration(name, nodes, values) {
  const [node] = nodes;
  const kind = KINDS[node.kind];
  if (kind === undefined) throw new Error(`unexpected ${SyntaxKind[node.kind]}: ${name}`);
  // The comment of a constant belongs to its statement.
  const statements = kind === 'const' ? nodes.map(({ parent }) => parent.parent) : nodes;
  const [, file] = node.getSourceFile().fileName.match(/dist\/(src\/.*)\.d\.ts$/);
  return {
    name,
    kind,
    file: `${file}.ts`,
    comment: commentOf(statements[0]),
    text: declarationText(statements, values),
    parameters: parametersOf(node),
    members: HAVE_MEMBERS.includes(kind) ? membersOf(kind === 'type' ? node.type : node) : [],
  };
}

function declarationText(statements, values) {
  const text = statements.map(textOf).join('\n');
  const [node] = statements;
  const { kind, types } = node.type ?? {};
  const members = values ?? (kind === SyntaxKind.UnionType ? types.map(textOf) : []);
  const [start] = text.split(' = ', 1);
  const line = values === undefined ? text : `${start} = ${members.join(' | ')};`;
  // In a long list of values each has a line, so that a difference shows one.
  if (members.length < 2 || line.length <= LINE_WIDTH || line.includes('\n')) return line;
  return `${start} =\n${members.map((member) => `    | ${member}`).join('\n')};`;
}

/** The members of a class or an interface, or of the object types in another type. */
function membersOf(node) {
  const members = [];
  if (node.members === undefined && !OPAQUE.includes(node.kind)) {
    node.forEachChild((child) => {
      members.push(...membersOf(child));
    });
  }
  for (const member of node.members?.filter(isListed) ?? []) {
    members.push({
      name: member.name?.getText() ?? 'constructor',
      comment: commentOf(member),
      text: textOf(member),
      parameters: parametersOf(member),
    });
  }
  return members.filter(isNew);
}

/** Overloads, and the variants of a union, repeat names. One of them needs a comment. */
function isNew({ name, comment }, index, members) {
  if (comment !== undefined) return true;
  const others = members.filter((other) => other.name === name);
  return others.every((other) => other.comment === undefined) && others[0] === members[index];
}

function isListed(member) {
  if (member.kind === SyntaxKind.IndexSignature) return false;
  // The name of an error class.
  if (member.initializer !== undefined) return false;
  // A property that another variant of the type has.
  if (member.type?.kind === SyntaxKind.UndefinedKeyword) return false;
  return !isPrivate(member);
}

function isPrivate({ name, modifiers }) {
  if (name?.kind === SyntaxKind.PrivateIdentifier) return true;
  return modifiers?.some(({ kind }) => kind === SyntaxKind.PrivateKeyword) ?? false;
}

function commentOf(node) {
  return node.jsDoc?.at(-1)?.getText();
}

function parametersOf({ parameters = [] }) {
  return parameters.map(({ name }) => name.getText());
}

function textOf(node) {
  const start = node.getStart();
  let text = node.getText();
  for (const [from, to] of omittedRanges(node).sort(([one], [other]) => other - one)) {
    text = text.slice(0, from - start) + text.slice(to - start);
  }
  return text.replaceAll(/^ +$\n?/gm, '').replace(/^export declare /, 'export ');
}

/** Where the comments and the private members in a node are. */
function omittedRanges(node) {
  const ranges = [];
  node.forEachChild((child) => {
    for (const { pos, end } of child.jsDoc ?? []) ranges.push([pos, end]);
    if (isPrivate(child)) ranges.push([child.getStart(), child.end]);
    else ranges.push(...omittedRanges(child));
  });
  return ranges;
}
