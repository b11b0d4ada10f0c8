/** Markup. {@link html} makes it, and escapes everything else. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

/** A value of a template: text is escaped, a list is joined, `false` and nothing are left out. */
export type Content = Html | string | number | false | null | undefined | readonly Content[];

/** A template of markup. Its values are text, except {@link Html}. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  let markup = strings[0] as string;
  for (let index = 0; index < contents.length; index++) {
    markup += markupOf(contents[index]) + (strings[index + 1] as string);
  }
  return new Html(markup);
}

function markupOf(content: Content): string {
  if (content === undefined || content === null || content === false) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(markupOf).join('');
  return escapeText(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text for an element or a quoted attribute. Control characters, characters that reverse or hide text and
 * halves of surrogate pairs are written out: text of a recording must not disguise itself.
 */
function escapeText(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
      return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
    });
}
