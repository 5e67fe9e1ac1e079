import { host } from './host.js';

/** Whether nothing of another origin is in this page's process; other hosts have no pages. */
export function isolated() {
  return globalThis.crossOriginIsolated === true || host() !== null;
}

/** Whether memory can be shared with further threads: the page is isolated, and the browser has what isolation is for (WebKitGTK has not). */
export function canShare() {
  return isolated() && typeof SharedArrayBuffer === 'function';
}
