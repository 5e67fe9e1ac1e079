/**
 * Aborts `control` when the caller's signal does, until it is let go. AbortSignal.any would do the same, but is younger than some browsers
 * that this module runs in, and takes no signal of another library.
 *
 * @param {AbortSignal | undefined} signal
 * @param {AbortController} control
 * @returns {() => void} lets go
 */
export function forwardAbort(signal, control) {
  const pass = () => control.abort(signal.reason);
  if (signal?.aborted) {
    pass();
  } else {
    signal?.addEventListener('abort', pass);
  }
  return () => signal?.removeEventListener('abort', pass);
}
