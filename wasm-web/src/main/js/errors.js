/** An error with a stable `code`; the message says what to do. One of an abort is named as the platform's are, and has the signal's reason as its cause. */
export class WasmChordError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {{cause?: unknown}} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = code === 'cancelled' ? 'AbortError' : 'WasmChordError';
    this.code = code;
  }
}

/** The error of what an abort ended. */
export function cancelled(reason) {
  return new WasmChordError('cancelled', 'stopped at the caller\'s request', { cause: reason });
}

/** Any thrown value as a plain object that survives postMessage. */
export function toPlain(error) {
  if (error instanceof WasmChordError) {
    return { code: error.code, message: error.message };
  }
  if (error?.name === 'AbortError') {
    const { code, message } = cancelled();
    return { code, message };
  }
  return { code: 'internal', message: `the engine failed: ${error?.message ?? error}` };
}
