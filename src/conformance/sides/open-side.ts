import { findLibrary } from '../../tokenbinding/library.js';
import { open } from '../../tokenbinding/open.js';
import type { AreaName } from '../case.js';
import { describeLibrary, thisSystem } from '../environment.js';
import type { ConformanceAccount } from '../options.js';
import { portableSide, windowsSide } from './live.js';
import type { Side } from './side.js';
import { specification } from './specification.js';

/** One of the two that are compared and does its work here and now. */
export type LiveChoice = 'windows' | 'portable' | 'specification' | { readonly library: string };

/**
 * One of the two that are compared: the operating system's own, another tokenbinding.dll by its full path,
 * the portable provider, a recording by its file, or what the specification says.
 */
export type SideChoice = LiveChoice | { readonly recording: string };

/**
 * @throws TokenBindingError ERR_TB_UNAVAILABLE, ERR_TB_OS, or SspiError, for a Windows side that is not there
 * or does not load
 */
export async function openSide(
  choice: LiveChoice,
  area: AreaName,
  account: ConformanceAccount | undefined,
): Promise<Side> {
  if (choice === 'specification') return specification;
  if (area === 'sspi') {
    // Who compares Token Binding does without SSPI.
    const { openSspiSide } = await import('./sspi.js');
    return openSspiSide(choice === 'portable' ? 'portable' : 'windows', account);
  }
  if (choice === 'portable') {
    const description = { name: 'portable', system: thisSystem() } as const;
    return portableSide(description, open({ provider: 'portable' }));
  }
  return openWindows(choice === 'windows' ? undefined : choice.library);
}

function openWindows(libraryPath?: string): Side {
  const tokenBinding = open({ provider: 'windows', libraryPath });
  const windows = findLibrary(libraryPath);
  if (!('calls' in windows)) throw new Error('a library is gone that was there');
  const library = describeLibrary(windows.path);
  const description = { name: 'windows', library, system: thisSystem() } as const;
  return windowsSide(description, tokenBinding, windows.calls);
}
