import { encodeBase64url } from '../bytes/base64url.js';
import type { Call } from './case.js';
import type { ReportedInput } from './report.js';

/** What a case asks, as JSON. */
export function inputOf(call: Call): ReportedInput {
  switch (call.name) {
    case 'verifyMessage': {
      const { name, message, keyType, ekm } = call;
      return { call: name, message: encodeBase64url(message), keyType, ekm: encodeBase64url(ekm) };
    }
    case 'generateMessage':
      return { call: call.name, tokenBindings: call.tokenBindings.map(encodeBase64url) };
    case 'generateId': {
      const { name, keyType, publicKey } = call;
      return { call: name, keyType, publicKey: encodeBase64url(publicKey) };
    }
    case 'probe':
      return { call: call.name };
    case 'scenario':
      return { call: call.scenario.call, package: call.package, role: call.role };
  }
}
