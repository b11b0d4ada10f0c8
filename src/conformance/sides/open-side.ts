import { chooseWindows } from '../../native/choose.js';
import { open } from '../../tokenbinding/open.js';
import { describeLibrary, thisSystem } from '../environment.js';
import { portableSide, windowsSide } from './live.js';
import { ReplaySide } from './replay.js';
import type { Side } from './side.js';
import { specification } from './specification.js';

/**
 * One of the two that are compared: the operating system's Token Binding, another tokenbinding.dll by
 * its full path, the portable provider, a recording by its file, or what the specification says.
 */
export type SideChoice =
  | 'windows'
  | 'portable'
  | 'specification'
  | { readonly library: string }
  | { readonly recording: string };

/**
 * @throws TokenBindingError ERR_TB_UNAVAILABLE, ERR_TB_OS for a Windows side that is not there or does
 * not load; ERR_TB_RECORDING
 */
export async function openSide(choice: SideChoice): Promise<Side> {
  if (choice === 'specification') return specification;
  if (choice === 'portable') {
    const description = { name: 'portable', system: thisSystem() } as const;
    return portableSide(description, open({ provider: 'portable' }));
  }
  if (choice === 'windows') return openWindows();
  return 'library' in choice ? openWindows(choice.library) : ReplaySide.open(choice.recording);
}

function openWindows(libraryPath?: string): Side {
  const tokenBinding = open({ provider: 'windows', libraryPath });
  const windows = chooseWindows(libraryPath);
  if (!('calls' in windows)) throw new Error('a library is gone that was there');
  const library = describeLibrary(windows.path);
  const description = { name: 'windows', library, system: thisSystem() } as const;
  return windowsSide(description, tokenBinding, windows.calls);
}
