import { findLibrary } from '../../tokenbinding/library.js';
import { open } from '../../tokenbinding/open.js';
import type { ProviderChoice } from '../sides/choice.js';
import { describeLibrary, describeSystem } from '../sides/describe.js';
import { LiveSide } from '../sides/live.js';
import type { Side } from '../sides/side.js';
import { TokenBindingSubject, WindowsSubject } from './subject.js';

/** @throws TokenBindingError ERR_TB_UNAVAILABLE or ERR_TB_OS for a Windows side */
export function openSide(choice: ProviderChoice): Side {
  if (choice === 'portable') {
    const subject = new TokenBindingSubject(open({ provider: 'portable' }));
    return new LiveSide({ name: 'portable', system: describeSystem() }, subject, subject.notes);
  }
  const libraryPath = choice === 'windows' ? undefined : choice.library;
  const tokenBinding = open({ provider: 'windows', libraryPath });
  const windows = findLibrary(libraryPath);
  if (!('calls' in windows)) throw new Error('the library can no longer be loaded');
  const library = describeLibrary(windows.path);
  const subject = new WindowsSubject(tokenBinding, windows.calls);
  const description = { name: 'windows', library, system: describeSystem() } as const;
  return new LiveSide(description, subject, subject.notes);
}
