import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Finds dead relative links of Markdown pages: to a missing file, or to a missing heading of a page.
 *
 * @param pages paths of the pages, below `folder`
 */
export function deadLinks(folder: string, pages: readonly string[]): string[] {
  return pages.flatMap((page) => {
    const links = readFileSync(join(folder, page), 'utf8').matchAll(/\]\(([^)\s]+)\)/g);
    return Array.from(links, ([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && isDead(folder, page, link))
      .map((link) => `${page}: ${link}`);
  });
}

function isDead(folder: string, page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? join(folder, page) : join(folder, dirname(page), path);
  if (!existsSync(target)) return true;
  return heading !== undefined && !headingsOf(target).includes(heading);
}

/** The names that GitHub and npm give to headings. */
function headingsOf(page: string): string[] {
  const headings = readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm);
  return Array.from(headings, ([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
