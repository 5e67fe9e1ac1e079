/** An error with a stable `code`; the message says what to do. */
export class WasmChordError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'WasmChordError';
    this.code = code;
  }
}

/** Any thrown value as a plain object that survives postMessage. */
export function toPlain(error) {
  if (error instanceof WasmChordError) {
    return { code: error.code, message: error.message };
  }
  if (error?.name === 'AbortError') {
    return { code: 'cancelled', message: 'stopped at the caller\'s request' };
  }
  return { code: 'internal', message: `the engine failed: ${error?.message ?? error}` };
}
