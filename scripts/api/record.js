/** The public types of an entry point as Markdown: what a reviewer reads as a difference. */
export function recordOf({ specifier, exported, reexported, imported, internal, augmented }) {
  const texts = (declarations) => declarations.map(({ text }) => text);
  const imports = fromOthers('import type', imported);
  const parts = [...imports, ...texts(exported), ...fromOthers('export', reexported)];
  const page = [`# ${specifier}`, codeBlock(parts)];
  if (internal.length > 0) page.push('Used, but not exported:', codeBlock(texts(internal)));
  if (augmented.length > 0) page.push('Added to modules of Node:', codeBlock(texts(augmented)));
  return `${page.join('\n\n')}\n`;
}

function fromOthers(keyword, names) {
  return Array.from(
    names,
    ([specifier, list]) => `${keyword} { ${list.join(', ')} } from '${specifier}';`,
  );
}

function codeBlock(parts) {
  return `\`\`\`ts\n${parts.join('\n\n')}\n\`\`\``;
}
