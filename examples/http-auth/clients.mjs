// The same upload with fetch, axios and got. Each only passes the agents on.
import { Readable } from 'node:stream';

/** Sends a stream of a million bytes, which exists only once, and returns the text of the answer. */
export const clients = {
  async fetch(url, { dispatcher }) {
    const body = ReadableStream.from(chunks());
    const options = { method: 'POST', body, duplex: 'half', dispatcher };
    const response = await fetch(url, /** @type {RequestInit} */ (options));
    return response.text();
  },

  async axios(url, { httpsAgent }) {
    const { default: axios } = await import('axios');
    const options = { httpsAgent, proxy: /** @type {const} */ (false), maxRedirects: 0 };
    const { data } = await axios.post(url, Readable.from(chunks()), options);
    return data;
  },

  async got(url, { httpsAgent }) {
    const { default: got } = await import('got');
    const options = { agent: { https: httpsAgent }, retry: { limit: 0 } };
    return got.post(url, { ...options, body: Readable.from(chunks()) }).text();
  },
};

function* chunks() {
  for (let count = 0; count < 100; count++) yield Buffer.alloc(10_000);
}
