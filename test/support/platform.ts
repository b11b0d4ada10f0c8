/** Makes `process.platform` that of Windows, until the end of the scope. */
export function pretendWindows(): Disposable {
  const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
  Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
  return { [Symbol.dispose]: () => void Object.defineProperty(process, 'platform', platform) };
}
