import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WasmChordError } from '../../main/js/errors.js';
import { openaiFetch } from '../../main/js/openai.js';

const engine = { modelInfo: () => ({ name: 'tiny' }) };
const models = async (fetch) => {
  const response = await fetch('http://engine/v1/models');
  const { data, error } = await response.json();
  return data ? data.map(({ id }) => id).join() : `${response.status} ${error.type} ${error.code}: ${error.message}`;
};

test('a model that a function gives is loaded when it is first asked for, and once', async () => {
  let loads = 0;
  const fetch = openaiFetch(async () => {
    loads++;
    return engine;
  });
  assert.equal(loads, 0);
  assert.deepEqual(await Promise.all([models(fetch), models(fetch)]), ['tiny', 'tiny']);
  assert.equal(loads, 1);
});

test('a load that failed is told, and tried again', async () => {
  const failures = [new WasmChordError('http_error', 'it is not there'), new DOMException('no', 'AbortError'), null];
  const fetch = openaiFetch(() => {
    const failure = failures.shift();
    if (failure) {
      throw failure;
    }
    return { a: engine, b: engine };
  });
  assert.equal(await models(fetch), '503 server_error http_error: it is not there');
  assert.equal(await models(fetch), '503 server_error internal: no');
  assert.equal(await models(fetch), 'a,b');
});

test('what is no model is refused', async () => {
  assert.throws(() => openaiFetch({}), { code: 'invalid_request' });
  assert.throws(() => openaiFetch({ a: engine, b: 5 }), /b is none/);
  assert.match(await models(openaiFetch(() => ({}))), /^503 server_error invalid_request: openaiFetch takes a loaded model/);
});
