import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandLine } from '../../src/cli/command-line.js';

describe('commandLine', () => {
  it('is the command as typed, with quotes where needed', () => {
    assert.equal(
      commandLine('conformance', [
        'diff',
        'C:\\runs\\a.jsonl',
        'my "b".jsonl',
        '--html=p.html',
        '',
      ]),
      'tokenbinding conformance diff C:\\runs\\a.jsonl "my \\"b\\".jsonl" --html=p.html ""',
    );
  });

  it('does not name the service', () => {
    const args = ['--kerberos-target', 'HTTP/www', '--kerberos-keytab=C:\\a.keytab', '--json'];
    const line = commandLine('conformance', args);
    const shown = '--kerberos-target <target> --kerberos-keytab=<keytab> --json';
    assert.equal(line, `tokenbinding conformance ${shown}`);
  });

  it('does not name the account', () => {
    for (const account of [['--user', 'DOMAIN\\jane'], ['--user=DOMAIN\\jane']]) {
      const line = commandLine('conformance', [...account, '--area', 'sspi']);
      assert.match(line, /^tokenbinding conformance --user[ =]<account> --area sspi$/);
    }
  });
});
