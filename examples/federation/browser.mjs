// Stands for the browser of a person: it has keys, and follows redirects.
import { MemoryKeyStore, open } from 'tokenbinding';
import { boundAgents } from 'tokenbinding/http';

export class Browser {
  #agents;

  /** @param {string[]} ca the certificates of the servers */
  constructor(ca) {
    const tokenBinding = open({ provider: 'portable', keyStore: new MemoryKeyStore() });
    this.#agents = boundAgents({ tokenBinding, tls: { ca } });
  }

  /**
   * Visits a page.
   *
   * @param {string} url
   * @param {{ headers?: Record<string, string>, stopAt?: string }} options stopAt: a path that it does not go to
   */
  async visit(url, { headers = {}, stopAt } = {}) {
    let next = { url, dispatcher: this.#agents.dispatcher };
    for (;;) {
      const { dispatcher } = next;
      const options = { headers, redirect: 'manual', dispatcher };
      const response = await fetch(next.url, /** @type {RequestInit} */ (options));
      const text = await response.text();
      const redirect = this.#agents.readRedirect(response);
      const isLast = redirect === undefined || new URL(redirect.url).pathname === stopAt;
      if (!isLast) next = redirect;
      else
        return { status: response.status, text, cookie: cookieOf(response), next: redirect?.url };
    }
  }

  close() {
    this.#agents.close();
  }
}

function cookieOf({ headers }) {
  return headers.get('set-cookie')?.split(';')[0] ?? '';
}
