import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WasmChordError, cancelled, toPlain } from '../../main/js/errors.js';
import { forwardAbort } from '../../main/js/requests/forward-abort.js';

test('an error of an abort is named as the platform’s are', () => {
  const reason = new Error('enough');
  const error = cancelled(reason);
  assert.deepEqual([error.name, error.code, error.cause], ['AbortError', 'cancelled', reason]);
  assert.equal(new WasmChordError('busy', 'x').name, 'WasmChordError');
});

test('every thrown value becomes a plain object', () => {
  assert.deepEqual(toPlain(new WasmChordError('busy', 'x', { cause: () => {} })), { code: 'busy', message: 'x' });
  assert.equal(toPlain(new DOMException('x', 'AbortError')).code, 'cancelled');
  assert.deepEqual(toPlain(new RangeError('deep')), { code: 'internal', message: 'the engine failed: deep' });
  assert.deepEqual(toPlain('text'), { code: 'internal', message: 'the engine failed: text' });
  assert.deepEqual(toPlain(undefined), { code: 'internal', message: 'the engine failed: undefined' });
  structuredClone(toPlain(new RangeError('deep')));
});

test('a controller follows a signal until it is let go', () => {
  const caller = new AbortController();
  const own = new AbortController();
  const letGo = forwardAbort(caller.signal, own);
  caller.abort('why');
  assert.equal(own.signal.reason, 'why');
  letGo();

  const later = new AbortController();
  const apart = new AbortController();
  forwardAbort(later.signal, apart)();
  later.abort();
  assert.equal(apart.signal.aborted, false);

  const after = new AbortController();
  forwardAbort(AbortSignal.abort('before'), after);
  assert.equal(after.signal.reason, 'before');
  forwardAbort(undefined, after)();
});
