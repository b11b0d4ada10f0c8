import { ACCOUNTS } from '../peers/accounts.js';
import { certificate } from '../peers/http-auth/certificate.js';
import { OurServer } from '../peers/http-auth/our-server.js';

/** Servers on Linux with `negotiate`, for clients in node.exe. */
export class HttpServers {
  readonly #servers: readonly OurServer[];
  /** The variables that tell the clients where the servers are. */
  readonly environment: NodeJS.ProcessEnv;

  private constructor(servers: Readonly<Record<string, OurServer>>, cert: string) {
    this.#servers = Object.values(servers);
    const origins = Object.entries(servers).map(([name, { url }]) => [name, new URL(url).origin]);
    this.environment = { HTTP_AUTH_CERTIFICATE: cert, ...Object.fromEntries(origins) };
  }

  static async open(): Promise<HttpServers> {
    const own = await certificate();
    const options = { accounts: ACCOUNTS };
    const overTls = { ...options, certificate: own };
    const negotiate = { channelBindingPolicy: 'accept' } as const;
    const servers = {
      HTTP_AUTH_ORIGIN: await OurServer.open(options),
      HTTP_AUTH_TLS_ORIGIN: await OurServer.open({ ...overTls, negotiate }),
      HTTP_AUTH_BOUND_ORIGIN: await OurServer.open(overTls),
    };
    return new HttpServers(servers, own.cert);
  }

  close(): void {
    for (const server of this.#servers) server.close();
  }
}
