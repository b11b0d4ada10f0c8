import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outcomeOfError } from '../../src/conformance/outcome-of.js';
import { isOutcome } from '../../src/conformance/recording/validate.js';
import { SspiError, TokenBindingError } from '../../src/errors.js';
import { osStatus } from '../../src/native/status.js';
import { rejectDespiteSuccess, requireSuccess } from '../../src/tokenbinding/windows/os-error.js';

const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('the recorded outcome of an error', () => {
  const fault = 'resultCount is 1000, above 2';

  it('of an invalid result has the text with its numbers', () => {
    const outcome = outcomeOfError(thrown(() => requireSuccess('F', { status: 0, fault })));
    assert.equal(outcome.verdict, 'invalid');
    assert.equal(outcome.reason?.fault, `F reported success, but ${fault}`);
    assert.equal(outcome.reason?.os?.status, 0);
    assert.ok(isOutcome(JSON.parse(JSON.stringify(outcome))));
    const os = osStatus('G', 0);
    const ofSspi = outcomeOfError(new SspiError('ERR_SSPI_OS', fault, { os }));
    assert.deepEqual([ofSspi.verdict, ofSspi.reason?.fault], ['invalid', fault]);
  });

  it('of a success that this package rejects has the text too', () => {
    const outcome = outcomeOfError(
      rejectDespiteSuccess('ERR_TB_SIGNATURE', 'F', 'it lists nothing'),
    );
    assert.equal(outcome.verdict, 'refused');
    assert.equal(outcome.reason?.fault, 'F reported success, but it lists nothing');
    assert.ok(isOutcome(JSON.parse(JSON.stringify(outcome))));
  });

  it('of a status has its number and no text', () => {
    const os = osStatus('F', 0x80090006);
    const outcome = outcomeOfError(new TokenBindingError('ERR_TB_SIGNATURE', 'text', { os }));
    assert.deepEqual(outcome, { verdict: 'refused', reason: { code: 'ERR_TB_SIGNATURE', os } });
  });

  it('has at most as much of its text as a recording may have', () => {
    for (const error of [
      new Error('x'.repeat(5000)),
      new SspiError('ERR_SSPI_OS', 'x'.repeat(5000), { os: osStatus('G', 0) }),
      rejectDespiteSuccess('ERR_TB_SIGNATURE', 'F', 'x'.repeat(5000)),
    ]) {
      const outcome = outcomeOfError(error);
      assert.equal(outcome.reason?.fault?.length, 1024);
      assert.ok(isOutcome(outcome));
    }
  });
});
