import { type Browser, chromium } from 'playwright-core';

const OFFLINE = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Milliseconds after which Chromium counts as hung. Even a slow machine needs less. */
export const HANGS = 600_000;

/** Starts the system's Chromium. */
export function startChromium(
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<Browser> {
  // The sandbox needs a user that is not root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...OFFLINE, ...sandbox, ...args],
    env: { ...process.env, ...environment },
    timeout: HANGS,
  });
}
