/** Whether memory can be shared with further threads: the page is isolated, and the browser has what isolation is for (WebKitGTK has not). */
export function canShare() {
  return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === 'function';
}
