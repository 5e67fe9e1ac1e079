/** Whether this browser lets WebAssembly wait for a promise (JSPI). */
export const canSuspend = () => typeof WebAssembly.Suspending === 'function' && typeof WebAssembly.promising === 'function';

/**
 * What the engine's Java code calls of the GPU; see GpuImports.java.
 *
 * @param {() => import('./device.js').Gpu} gpu that was opened
 * @returns {Record<string, any>}
 */
export function gpuImports(gpu) {
  return {
    gpuCreate: (bytes) => gpu().create(bytes),
    gpuDestroy: (buffer) => gpu().destroy(buffer),
    gpuWrite: (buffer, offset, address, bytes) => gpu().write(buffer, offset, address >>> 0, bytes >>> 0),
    gpuClear: (buffer, offset, bytes) => gpu().clear(buffer, offset, bytes),
    gpuCopy: (from, fromOffset, to, toOffset, bytes) => gpu().copy(from, fromOffset, to, toOffset, bytes),
    gpuKernel: (address, bytes, bindings) => gpu().kernel(address >>> 0, bytes, bindings),
    gpuRun: (list, entries, arena, slots, slotBytes) => gpu().run(list >>> 0, entries, arena, slots >>> 0, slotBytes),
    gpuWait: canSuspend() ? new WebAssembly.Suspending((what) => gpu().wait(what)) : () => -1,
    gpuLimit: (what) => gpu().limit(what),
  };
}

/**
 * An export below which the engine may wait.
 *
 * @param {Function} raw
 * @returns {(...args: any[]) => Promise<any>}
 */
export function promising(raw) {
  return WebAssembly.promising(raw);
}
