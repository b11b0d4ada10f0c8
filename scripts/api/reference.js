import { indent, renderComment } from './comment.js';

const SECTIONS = [
  ['Functions', ['function']],
  ['Classes', ['class']],
  ['Types and constants', ['const', 'interface', 'type']],
];

/**
 * The reference: its `pages`, each as a file name and Markdown, and the `problems` of comments, such as a missing one or
 * a link to nothing.
 */
export function referenceOf(entryPoints) {
  const homes = new Map(
    entryPoints.flatMap(({ page, exported, internal }) =>
      [...exported, ...internal].map((declaration) => [declaration.name, { page, declaration }]),
    ),
  );
  const problems = [];
  const pages = entryPoints.map((entryPoint) => [
    `${entryPoint.page}.md`,
    new Page(entryPoint, homes, problems).render(),
  ]);
  const links = entryPoints.map(({ page, specifier }) => `- [${specifier}](${page}.md)`);
  return { pages: [['README.md', `# Reference\n\n${links.join('\n')}\n`], ...pages], problems };
}

class Page {
  #entryPoint;
  #homes;
  #problems;

  /** @param homes where each name is described: the `page` and the `declaration` */
  constructor(entryPoint, homes, problems) {
    this.#entryPoint = entryPoint;
    this.#homes = homes;
    this.#problems = problems;
  }

  render() {
    const { specifier, comment, exported, reexported, internal, augmented } = this.#entryPoint;
    const blocks = [`# ${specifier}`, this.#comment(specifier, { comment })];
    const others = Array.from(reexported.values()).flat();
    if (others.length > 0) {
      const links = others.map((name) => this.#link(specifier, name));
      blocks.push(`Also exports ${links.join(', ')}.`);
    }
    const sections = [
      ...SECTIONS.map(([title, kinds]) => [
        title,
        exported.filter(({ kind }) => kinds.includes(kind)),
      ]),
      ['Used, but not exported', internal],
      ['Added to modules of Node', augmented],
    ];
    for (const [title, declarations] of sections) {
      if (declarations.length > 0) blocks.push(`## ${title}`);
      blocks.push(...declarations.map((declaration) => this.#declaration(declaration)));
    }
    return `${blocks.join('\n\n')}\n`;
  }

  #declaration(declaration) {
    const { kind, name, file, text, members } = declaration;
    const where = `${file}: ${name}`;
    const blocks = [`### ${kind} ${name}`, `\`\`\`ts\n${text}\n\`\`\``];
    if (kind !== 'module') blocks.push(this.#comment(where, declaration, members));
    const items = members.map((member) => {
      const comment = this.#comment(`${where}.${member.name}`, member, members);
      const isVariant = members.some((other) => other !== member && other.name === member.name);
      const label = isVariant ? member.text.replace(/^readonly |;$/g, '') : member.name;
      return `- \`${label}\`: ${indent(comment)}`;
    });
    if (items.length > 0) blocks.push(items.join('\n'));
    return blocks.join('\n\n');
  }

  #comment(where, { comment, parameters = [] }, members = []) {
    if (comment === undefined) {
      this.#problems.push(`${where}: no comment`);
      return '';
    }
    const link = (name) => {
      // In a member, a link to another one needs no name before it.
      if (members.some((member) => member.name === name)) return `\`${name}\``;
      return this.#link(where, name);
    };
    return renderComment(comment, parameters, link, (fault) =>
      this.#problems.push(`${where}: ${fault}`),
    );
  }

  #link(where, name) {
    const [type, member] = name.split('.');
    const home = this.#homes.get(type);
    const isKnown =
      member === undefined || home?.declaration.members.some((one) => one.name === member);
    if (home === undefined || !isKnown) {
      this.#problems.push(`${where}: broken link to ${name}`);
      return name;
    }
    const { page, declaration } = home;
    const file = page === this.#entryPoint.page ? '' : `${page}.md`;
    return `[\`${name}\`](${file}#${declaration.kind}-${type.toLowerCase()})`;
  }
}
