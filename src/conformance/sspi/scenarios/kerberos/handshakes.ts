import { decodeApReq } from '../../../../sspi/kerberos/messages/ap-request.js';
import { decodeGssToken, TOKEN_ID } from '../../../../sspi/kerberos/messages/gss-token.js';
import { handshakeOnly, type Scenario } from '../../scenario.js';
import { handshake, handshakes } from '../handshakes.js';

/** MUTUAL-REQUIRED of APOptions (RFC 4120 5.5.1). */
const MUTUAL_REQUIRED = 0x20000000;

/** Handshakes of Kerberos without tampering. */
export function* kerberosHandshakes(): Generator<Scenario> {
  yield* handshakes('RFC 4121 4.1');
  const mutual = ['mutual-auth'] as const;
  for (const [id, title, flags] of [
    ['alone', 'mutual authentication', mutual],
    ['and-integrity', 'mutual authentication and integrity', [...mutual, 'integrity']],
    [
      'and-confidentiality',
      'mutual authentication and confidentiality',
      [...mutual, 'confidentiality'],
    ],
  ] as const) {
    yield handshake('RFC 4120 3.2.4', `mutual/${id}`, `the client requests ${title}`, flags);
  }
  yield handshake(
    'RFC 4120 3.2.4',
    'mutual/wanted',
    'client and server request mutual authentication',
    mutual,
    mutual,
  );
  yield {
    id: 'handshake/mutual/wanted-and-not-asked',
    title: 'the server requests mutual authentication, the client does not',
    call: 'step',
    failsLogon: false,
    prepare: handshakeOnly({
      initialize: { flags: ['integrity'] },
      accept: { flags: ['mutual-auth'] },
    }),
  };
  yield firstToken;
}

/** RFC 4121 4.1: the framing of GSS-API, and an AP-REQ. */
const firstToken: Scenario = {
  id: 'handshake/first-token',
  title: "the client's first token: the message, its options and the encryption types in it",
  call: 'step',
  failsLogon: false,
  prepare: (exchange) => async () => {
    const { client } = await exchange.makeContexts();
    const { tokenId, message } = decodeGssToken((await client.step()).token);
    const { apOptions, ticket, authenticator } = decodeApReq(message);
    return {
      isRequest: tokenId === TOKEN_ID['AP-REQ'],
      isMutual: (apOptions & MUTUAL_REQUIRED) !== 0,
      ticket: ticket.encPart.etype,
      authenticator: authenticator.etype,
    };
  },
};
