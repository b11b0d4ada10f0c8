const LISTS = { param: 'Parameters', returns: 'Returns', throws: 'Throws' };

/**
 * The Markdown of a JSDoc comment: its text, its tags as lists, its examples as code.
 *
 * @param parameters the names that `@param` may have
 * @param link makes the Markdown of a link to a name
 * @param report is told of each fault
 */
export function renderComment(comment, parameters, link, report) {
  const [text, ...tags] = `\n${contentOf(comment)}`.split(/\n(?=@[a-z])/);
  const toMarkdown = (part) =>
    part.trim().replaceAll(/\{@([a-z]+)\s+([^}]*)\}/g, (all, tag, name) => {
      if (tag === 'link') return link(name);
      report(`unknown tag @${tag}`);
      return all;
    });
  const blocks = text.trim() === '' ? [] : [toMarkdown(text)];
  for (const tag of tags) {
    const [, name, content] = tag.match(/^@([a-z]+)(.*)$/s);
    if (name === 'example') {
      blocks.push(`Example:\n\n\`\`\`js\n${content.trim()}\n\`\`\``);
    } else if (Object.hasOwn(LISTS, name)) {
      const item = name === 'param' ? parameterItem(content, parameters, report) : content;
      const title = `${LISTS[name]}:\n\n`;
      const list = blocks.at(-1)?.startsWith(title) ? `${blocks.pop()}\n` : title;
      blocks.push(`${list}- ${indent(toMarkdown(item))}`);
    } else if (name !== 'module') {
      report(`unknown tag @${name}`);
    }
  }
  return blocks.join('\n\n');
}

/** Makes the lines after the first one a part of an item in a list. */
export function indent(text) {
  return text.replaceAll(/\n(?=.)/g, '\n  ');
}

function parameterItem(content, parameters, report) {
  const [, name, text] = content.match(/^\s*(\S+)(.*)$/s);
  if (!parameters.includes(name)) report(`no parameter ${name}`);
  return `\`${name}\`: ${text.trim()}`;
}

function contentOf(comment) {
  const lines = comment.slice('/**'.length, -'*/'.length).split('\n');
  return lines
    .map((line) => line.replace(/^ *\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}
