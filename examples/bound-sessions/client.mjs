// A client with fetch. Its requests prove its key, and it has a cookie.
import { MemoryKeyStore, open } from 'tokenbinding';
import { boundAgents } from 'tokenbinding/http';

export class Client {
  #agents;
  #keyStore;

  /**
   * @param {string} ca the certificate of the server
   * @param {MemoryKeyStore} keyStore
   */
  constructor(ca, keyStore = new MemoryKeyStore()) {
    const tokenBinding = open({ provider: 'portable', keyStore });
    this.ca = ca;
    this.cookie = '';
    this.#keyStore = keyStore;
    this.#agents = boundAgents({ tokenBinding, tls: { ca } });
  }

  /** @returns {Promise<number>} the status */
  async send(url, method = 'GET') {
    const { dispatcher } = this.#agents;
    const headers = this.cookie === '' ? {} : { cookie: this.cookie };
    const options = { method, headers, dispatcher };
    const response = await fetch(url, /** @type {RequestInit} */ (options));
    await response.text();
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) [this.cookie = ''] = cookie.split(';');
    return response.status;
  }

  /** Another client of the same user: it has the key and the cookie, and connections of its own. */
  again() {
    return Object.assign(new Client(this.ca, this.#keyStore), { cookie: this.cookie });
  }

  close() {
    this.#agents.close();
  }
}
