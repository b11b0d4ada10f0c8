import assert from 'node:assert/strict';
import type net from 'node:net';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type Credentials, openSspi, SspiError } from '../../src/sspi.js';
import { temporaryFolder } from '../support/folders.js';
import { PATIENT } from '../support/patience.js';
import { pollute } from '../support/pollution.js';
import { framed, IDENTITY, TARGET, TestKdc, writeConfiguration } from '../support/test-kdc.js';

const sspi = openSspi({ provider: 'portable' });
const [kdc, other] = [new TestKdc(), new TestKdc()];
const configurationOf = (...ports: readonly number[]) =>
  writeConfiguration(temporaryFolder(), { 'EXAMPLE.TEST': ports });

before(async () => {
  await kdc.start();
  await other.start();
});
after(() => {
  kdc.stop();
  other.stop();
});
beforeEach(() => {
  kdc.falsehood = {};
  kdc.received.length = 0;
  other.received.length = 0;
});

function logOn(
  configFile: string = configurationOf(kdc.port),
  timeout = PATIENT,
): Promise<Credentials> {
  const kerberos = { configFile, timeout };
  const request = { package: 'Kerberos', use: 'outbound', identity: IDENTITY, kerberos } as const;
  return sspi.acquireCredentialsHandle(request);
}

async function refuse(work: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof SspiError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
  await kdc.untilIdle();
}

const NO_KDC = 'SEC_E_NO_AUTHENTICATING_AUTHORITY';
const announce = (length: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
};

const TOO_LATE = /did not answer in time/;

/** What a KDC does with a connection, and the reason that the error gives. */
const CONNECTIONS: readonly (readonly [
  string,
  (socket: net.Socket) => void,
  RegExp,
  code?: string,
])[] = [
  ['is silent', () => {}, TOO_LATE],
  ['closes at once', (socket) => socket.end(), /closed the connection before its answer/],
  [
    'closes in the middle of the length',
    (socket) => socket.end(Buffer.alloc(3)),
    /in the middle of its answer/,
    'SEC_E_INVALID_TOKEN',
  ],
  [
    'closes in the middle of the answer',
    (socket) => socket.end(Buffer.concat([announce(100), Buffer.alloc(99)])),
    /in the middle of its answer/,
    'SEC_E_INVALID_TOKEN',
  ],
  ['resets the connection', (socket) => socket.resetAndDestroy(), /ECONNRESET/],
  [
    'resets the connection in the middle of the answer',
    (socket) => socket.write(announce(100), () => setTimeout(() => socket.resetAndDestroy(), 50)),
    /in the middle of its answer/,
    'SEC_E_INVALID_TOKEN',
  ],
  [
    'announces 4 GiB',
    (socket) => socket.write(announce(2 ** 32 - 1)),
    /answer of 4294967295 bytes, allowed are 1048576/,
    'SEC_E_INVALID_TOKEN',
  ],
  [
    'announces a byte too many',
    (socket) => socket.write(announce(2 ** 20 + 1)),
    /1048577 bytes/,
    'SEC_E_INVALID_TOKEN',
  ],
  [
    'sends the answer too slowly',
    (socket) => {
      socket.write(announce(1000));
      const timer = setInterval(() => socket.write(Buffer.alloc(1)), 20);
      socket.on('close', () => clearInterval(timer));
    },
    TOO_LATE,
  ],
  [
    'sends bytes without end, which announce too many',
    (socket) => {
      const bytes = Buffer.alloc(65_536, 0xff);
      const send = () => {
        while (socket.writable && socket.write(bytes));
      };
      socket.on('drain', send);
      send();
    },
    /answer of 4294967295 bytes/,
    'SEC_E_INVALID_TOKEN',
  ],
];

/** Gets a ticket from a new KDC, after the false one was asked. */
async function askBoth(timeout: number): Promise<void> {
  const second = await new TestKdc().start();
  try {
    const credentials = await logOn(configurationOf(kdc.port, second.port), timeout);
    const { done } = await sspi
      .initializeSecurityContext(credentials, { target: TARGET, flags: ['integrity'] })
      .step();
    assert.deepEqual([done, second.received.length], [true, 3]);
    credentials.close();
  } finally {
    second.stop();
  }
}

/** Enough turns of the event loop for all that has no timer. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
}

describe('a KDC over TCP that', () => {
  for (const [title, connect, reason, code = NO_KDC] of CONNECTIONS) {
    it(title, async () => {
      kdc.falsehood = { connect };
      const timeout = reason === TOO_LATE ? 300 : PATIENT;
      await refuse(logOn(undefined, timeout), code, reason);
      const where = new RegExp(
        `no KDC of EXAMPLE\\.TEST is available: 127\\.0\\.0\\.1:${kdc.port} `,
      );
      kdc.falsehood = { connect: (socket) => socket.end() };
      await refuse(logOn(), NO_KDC, where);
    });

    it(`${title}, with another KDC of the realm`, async () => {
      kdc.falsehood = { connect };
      if (reason !== TOO_LATE) return askBoth(PATIENT);
      // The first KDC takes half of the time. On a busy machine the other half may be too short.
      for (let timeout = 1000; ; timeout *= 2) {
        try {
          return await askBoth(timeout);
        } catch (error) {
          if (!TOO_LATE.test(String(error)) || timeout > 60_000) throw error;
        }
      }
    });
  }

  it('is silent: the logon ends at the time limit, and not before', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const connected = new Promise<void>((resolve) => {
      kdc.falsehood = { connect: () => resolve() };
    });
    let isRefused = false;
    const attempt = logOn(undefined, 300);
    attempt.catch(() => {
      isRefused = true;
    });
    await connected;
    t.mock.timers.tick(200);
    await turns();
    assert.equal(isRefused, false);
    t.mock.timers.tick(100);
    await turns();
    assert.equal(isRefused, true);
    await refuse(attempt, NO_KDC, TOO_LATE);
  });

  it('sends its answer byte by byte, or more than the answer', async () => {
    for (const write of [
      (socket: net.Socket, bytes: Uint8Array) => {
        for (const byte of bytes) socket.write(Uint8Array.of(byte));
      },
      (socket: net.Socket, bytes: Uint8Array) => {
        socket.write(Buffer.concat([bytes, Buffer.alloc(1_000_000)]));
      },
    ]) {
      kdc.falsehood = {
        connect: (socket) => socket.once('data', () => write(socket, framed(kdc.error(6)))),
      };
      await refuse(logOn(), 'SEC_E_LOGON_DENIED', /KDC_ERR_C_PRINCIPAL_UNKNOWN \(6\)/);
    }
  });

  it('sends garbage', async () => {
    const answers = [
      new Uint8Array(0),
      new Uint8Array(1),
      new Uint8Array(2 ** 20),
      Buffer.alloc(1000, 0x6b),
      Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
      Uint8Array.of(0x7e, 0x80),
      kdc.error(25).subarray(0, -1),
      Buffer.concat([kdc.error(25), Buffer.alloc(1)]),
    ];
    for (const answer of answers) {
      kdc.falsehood = { answer: () => answer };
      await refuse(logOn(), 'SEC_E_INVALID_TOKEN', /^(?:AS-REP|KRB-ERROR)/);
      kdc.falsehood = { answer: ({ hasTimestamp }) => (hasTimestamp ? answer : undefined) };
      await refuse(logOn(), 'SEC_E_INVALID_TOKEN', /^(?:AS-REP|KRB-ERROR)/);
      kdc.falsehood = { answer: ({ type }) => (type === 'TGS-REQ' ? answer : undefined) };
      const credentials = await logOn();
      const step = sspi.initializeSecurityContext(credentials, { target: TARGET }).step();
      await refuse(step, 'SEC_E_INVALID_TOKEN', /^(?:TGS-REP|KRB-ERROR)/);
    }
  });

  it('is unavailable, with and without another KDC of the realm', async () => {
    kdc.falsehood = { answer: () => kdc.error(29) };
    await refuse(logOn(), NO_KDC, /127\.0\.0\.1:\d+ answered KDC_ERR_SVC_UNAVAILABLE \(29\)/);
    await logOn(configurationOf(kdc.port, other.port));
    assert.deepEqual([kdc.received.length, other.received.length], [3, 2]);
    kdc.falsehood = { answer: () => kdc.error(29).subarray(0, -1) };
    const attempt = logOn(configurationOf(kdc.port, other.port));
    await refuse(attempt, 'SEC_E_INVALID_TOKEN', /^KRB-ERROR/);
  });

  it('does not exist', async () => {
    await refuse(logOn(configurationOf(1)), NO_KDC, /ECONNREFUSED/);
    await logOn(configurationOf(1, kdc.port));
    await refuse(logOn(configurationOf()), NO_KDC, /no KDC for the realm "EXAMPLE\.TEST"/);
  });

  it('is asked by 16 requests at a time, and the others wait for their turn', async () => {
    let most = 0;
    const credentials = await logOn(undefined, 60_000);
    kdc.falsehood = {
      answer: () => {
        most = Math.max(most, kdc.connections);
        return undefined;
      },
    };
    const targets = Array.from({ length: 100 }, (_, index) => `HTTP/host${index}.example.test`);
    await Promise.all(
      targets.map((target) => sspi.initializeSecurityContext(credentials, { target }).step()),
    );
    assert.ok(most > 1 && most <= 16, `${most} connections`);
    credentials.close();
  });

  it('is asked at the address of krb5.conf, whatever Object.prototype has', async () => {
    const properties = { path: '/none', localAddress: '192.0.2.1', salt: 'x', s2kparams: 'x' };
    const credentials = await pollute(properties, () => logOn());
    credentials.close();
  });

  it('answers after its share of the time, once all of it is over', async () => {
    kdc.falsehood = { connect: () => {} };
    const start = performance.now();
    await refuse(
      logOn(configurationOf(kdc.port, kdc.port, kdc.port), 300),
      NO_KDC,
      /(?:.*in time){3}/,
    );
    const elapsed = performance.now() - start;
    assert.ok(elapsed > 250, `${elapsed} ms`);
  });
});
