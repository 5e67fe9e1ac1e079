import assert from 'node:assert/strict';

// What browsers have and Node.js may lack.
globalThis.self ??= globalThis;

/** Asserts that a call, or what it promises, fails with this code and a message that matches. */
export async function refuses(call, code, message) {
  await assert.rejects(async () => call(), (error) => {
    assert.equal(error.code, code, error.stack);
    assert.match(error.message, message);
    return true;
  });
}

/** A text of many, for messages that must stay short. */
export const LONG = 'x'.repeat(10_000);

/** A stream that brings these chunks, each a list of bytes, and then ends or fails. */
export function streamOf(chunks, failure = null) {
  const left = chunks.map((chunk) => Uint8Array.from(chunk));
  return new ReadableStream({
    type: 'bytes',
    pull(controller) {
      if (left.length > 0) {
        controller.enqueue(left.shift());
      } else if (failure) {
        controller.error(failure);
      } else {
        controller.close();
        controller.byobRequest?.respond(0);
      }
    },
  });
}

/** A signal that never aborts. */
export const NEVER = new AbortController().signal;

/** Lets everything run that only waits for its turn. */
export async function turns() {
  for (let i = 0; i < 10; i++) {
    await new Promise(setImmediate);
  }
}
