import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { SspiError } from '../../src/sspi.js';
import { type OurSide, ours } from './ours.js';
import type { Package } from './peer-calls.js';
import type { Fields } from './peer-context.js';

/** Serves portable contexts with the protocol of the programs in this folder. */
export async function serveOurs(stream: Duplex): Promise<void> {
  const contexts = new Map<unknown, OurSide>();
  for await (const line of createInterface(stream)) {
    const answer = await answerTo(contexts, JSON.parse(line)).then(
      (result) => ({ result }),
      (error) => {
        if (error instanceof SspiError) return { refusal: error.code };
        throw error;
      },
    );
    stream.write(`${JSON.stringify(answer)}\n`);
  }
}

async function answerTo(contexts: Map<unknown, OurSide>, request: Fields): Promise<Fields> {
  const { call, context, package: name } = request;
  if (call === 'acceptor') {
    contexts.set(context, await ours.server({ package: name as Package }));
    return {};
  }
  const side = contexts.get(context);
  if (side === undefined) throw new Error(`unknown context ${context}`);
  const bytes = (field: string) => Buffer.from(String(request[field]), 'hex');
  switch (call) {
    case 'step': {
      const { token, done } = await side.step(bytes('token'));
      return { token: hex(token), done };
    }
    case 'sign':
      return { signature: hex(await side.sign(bytes('message'))) };
    case 'verify':
      await side.verify(bytes('message'), bytes('signature'));
      return {};
    case 'seal': {
      const { trailer, data } = await side.seal(bytes('message'));
      return { trailer: hex(trailer), data: hex(data) };
    }
    case 'unseal': {
      const sealed = { trailer: bytes('trailer'), data: bytes('data') };
      return { message: hex(await side.unseal(sealed)) };
    }
    default:
      throw new Error(`unknown call ${call}`);
  }
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex');
}
