import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { faster } from '../../main/js/load/faster.js';

afterEach(() => mock.restoreAll());

/** Loads that need so long for a call, and give these logits; who was stopped is noted. */
function loads({ gpu, cpu }) {
  let now = 0;
  mock.method(performance, 'now', () => now);
  const stopped = [];
  const load = async (backend) => {
    const { ms, logits = [1, 2], error, withGpu = backend === 'webgpu', fails } = backend === 'webgpu' ? gpu : cpu;
    if (error) {
      throw Object.assign(new Error(error), { code: error });
    }
    const engine = {
      ask: async () => {
        if (fails) {
          throw new Error('lost');
        }
        now += ms;
        return { address: 0, rows: 1, columns: logits.length };
      },
      bytes: () => new Uint8Array(new Uint32Array(logits).buffer),
      call: () => {},
      stop: () => stopped.push(backend),
    };
    return { engine, info: { backend, gpu: withGpu ? { name: 'a GPU' } : null } };
  };
  return { load, stopped };
}

const choose = (load) => faster(load, new AbortController().signal);

test('takes the faster of both and says how fast they are', async () => {
  const { load, stopped } = loads({ gpu: { ms: 80 }, cpu: { ms: 160 } });
  const { info } = await choose(load);
  assert.equal(info.backend, 'webgpu');
  assert.equal(info.gpuNote, 'The model runs on the GPU, which is faster: 100 tokens a second on the GPU, 50.0 on the CPU.');
  assert.deepEqual(stopped, ['simd']);
});

test('takes the CPU where it is faster', async () => {
  const { load, stopped } = loads({ gpu: { ms: 800 }, cpu: { ms: 80 } });
  const { info } = await choose(load);
  assert.equal(info.backend, 'simd');
  assert.match(info.gpuNote, /on the CPU, which is faster: 10\.0 tokens a second on the GPU, 100 on the CPU/);
  assert.deepEqual(stopped, ['webgpu']);
});

test('takes the CPU where the GPU gives other logits, or fails', async () => {
  for (const [gpu, reason] of [[{ ms: 1, logits: [1, 3] }, /gives other logits/], [{ ms: 1, fails: true }, /lost/]]) {
    const { load, stopped } = loads({ gpu, cpu: { ms: 100 } });
    const { info } = await choose(load);
    assert.equal(info.backend, 'simd');
    assert.match(info.gpuNote, reason);
    assert.deepEqual(stopped, ['webgpu']);
    mock.restoreAll();
  }
});

test('takes the one that can have the model', async () => {
  const small = loads({ gpu: { error: 'out_of_memory' }, cpu: { ms: 100 } });
  assert.match((await choose(small.load)).info.gpuNote, /on the CPU: out_of_memory/);
  mock.restoreAll();
  const large = loads({ gpu: { ms: 1 }, cpu: { error: 'out_of_memory' } });
  const { info } = await choose(large.load);
  assert.equal(info.backend, 'webgpu');
  assert.match(info.gpuNote, /on the GPU; on the CPU it was not measured: out_of_memory/);
  assert.deepEqual(large.stopped, []);
});

test('what is wrong with the file is not tried twice, and a verdict of the referee stays', async () => {
  const { load } = loads({ gpu: { error: 'truncated' }, cpu: { ms: 1 } });
  await assert.rejects(choose(load), { code: 'truncated' });
  mock.restoreAll();
  const judged = loads({ gpu: { ms: 1, withGpu: false }, cpu: { ms: 1 } });
  assert.equal((await choose(judged.load)).info.gpuNote, undefined);
});
