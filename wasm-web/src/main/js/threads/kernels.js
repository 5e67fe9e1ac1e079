/** The time in microseconds, of 32 bits; modules that note how long kernels take ask for it. */
const micros = () => Math.round(1000 * performance.now()) | 0;

/**
 * An instance of the emitted kernels.
 *
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Memory} memory
 * @returns {Promise<any>} what it exports
 */
export async function kernelsOf(module, memory) {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory, micros } });
  return exports;
}
