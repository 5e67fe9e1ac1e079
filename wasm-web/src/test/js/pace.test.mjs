import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';
import { Walk } from '../../main/js/gpu/list.js';
import { Pace } from '../../main/js/gpu/pace.js';

afterEach(() => mock.restoreAll());

function clock() {
  const time = { now: 0 };
  mock.method(performance, 'now', () => time.now);
  return time;
}

/** A device that takes so long for a workgroup; it notes how many dispatches were submitted together. */
function device(time, each) {
  const submitted = [];
  const encoder = () => {
    const record = { dispatches: 0, groups: 0 };
    const pass = {
      setPipeline: () => {},
      setBindGroup: () => {},
      dispatchWorkgroups: (x, y) => {
        record.dispatches++;
        record.groups += x * y;
      },
      end: () => {},
    };
    return { beginComputePass: () => pass, finish: () => record };
  };
  return {
    submitted,
    createCommandEncoder: encoder,
    createBuffer: () => ({ size: 1 << 20, destroy: () => {} }),
    createBindGroup: () => ({}),
    queue: {
      writeBuffer: () => {},
      submit: ([{ dispatches, groups }]) => {
        submitted.push(dispatches);
        time.now += each * groups;
      },
    },
  };
}

function walk(gpu, pace) {
  globalThis.GPUBufferUsage = { UNIFORM: 1, COPY_DST: 2 };
  const pipelines = { get: () => ({ bindings: 1, pipeline: {} }), layout: () => ({}) };
  const figures = { dispatches: 0, submissions: 0, bytesWritten: 0 };
  const walker = new Walk(gpu, pipelines, new Map(), { add: () => {}, submitted: () => {} }, figures, pace);
  return (kernel, dispatches, groups) => {
    const words = new Uint32Array(16 * dispatches);
    for (let i = 0; i < dispatches; i++) {
      words.set([0, kernel, groups, 1], 16 * i);
    }
    gpu.submitted.length = 0;
    walker.run(words, 1, new Uint8Array(256 * dispatches));
    pace.done();
    return [...gpu.submitted];
  };
}

test('a list that takes long is split, by what lists of its kind took', () => {
  const time = clock();
  const gpu = device(time, 1);
  const run = walk(gpu, new Pace(50));
  assert.deepEqual(run(1, 20, 10), [20]); // 200 ms
  assert.deepEqual(run(1, 20, 10), [5, 5, 5, 5]);
  assert.deepEqual(run(2, 20, 2), [20]); // of another kind, which is short
  assert.deepEqual(run(2, 20, 2), [20]);
});

test('one of a kind that was not timed is split by its dispatches', () => {
  const time = clock();
  const run = walk(device(time, 0.001), new Pace(50));
  assert.deepEqual(run(1, 150, 1), [64, 64, 22]);
  assert.deepEqual(run(1, 150, 1), [150]);
});

test('nothing is split for an adapter that computes on the CPU', () => {
  const time = clock();
  const run = walk(device(time, 100), new Pace(Infinity));
  assert.deepEqual(run(1, 150, 10), [150]);
  assert.deepEqual(run(1, 150, 10), [150]);
});
