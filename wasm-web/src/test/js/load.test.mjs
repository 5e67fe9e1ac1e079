import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { BlobSplit } from '../../main/js/load/blob-split.js';
import { LayerReader } from '../../main/js/load/layers.js';
import { Meter } from '../../main/js/load/meter.js';
import { Placement } from '../../main/js/load/placement.js';
import { Ranges } from '../../main/js/load/ranges.js';
import { NEVER, refuses, streamOf } from './support.mjs';

/** An engine of plain memories, of which every byte is 255 until it is written. */
function memories(...sizes) {
  const banks = sizes.map((size) => new Uint8Array(size).fill(255));
  return { banks, bytes: (address, length, bank = 0) => banks[bank].subarray(address, address + length) };
}

test('bytes go where the plan says, and no others', () => {
  const engine = memories(10, 4);
  const placement = new Placement(engine, [{ from: 2, to: 5, bank: 0, address: 7 }, { from: 8, to: 10, bank: 1, address: 1 }]);
  for (let at = 0; at < 12; at += 3) { // pieces that begin and end anywhere
    placement.write(Uint8Array.from([at, at + 1, at + 2]), at);
  }
  assert.deepEqual([...engine.banks[0]], [255, 255, 255, 255, 255, 255, 255, 2, 3, 4]);
  assert.deepEqual([...engine.banks[1]], [255, 8, 9, 255]);
  assert.deepEqual([[0, 2], [0, 3], [4, 5], [5, 8], [9, 10], [10, 99]].map(([from, to]) => placement.needs(from, to)), [false, true, true, false, true, false]);
});

test('a split counts from its own start', () => {
  const engine = memories(4);
  const split = new Placement(engine, [{ from: 100, to: 104, bank: 0, address: 0 }]).split(98);
  split.write(Uint8Array.from([1, 2, 3, 4]), 0);
  assert.deepEqual([...engine.banks[0]], [3, 4, 255, 255]);
  assert.deepEqual([split.needs(0, 2), split.needs(0, 3), split.needs(6, 9)], [false, true, false]);
});

test('progress never goes beyond its end', () => {
  let now = 1000;
  const clock = mock.method(performance, 'now', () => now);
  const told = [];
  const meter = new Meter((progress) => told.push(progress), 100);
  now += 200;
  meter.add(60);
  meter.add(1); // too soon after the last report
  now += 200;
  meter.add(60); // a piece was fetched twice
  clock.mock.restore();
  assert.deepEqual(told.map(({ loaded, total }) => [loaded, total]), [[60, 100], [100, 100]]);
  assert.equal(told[0].bytesPerSecond, 300);
  assert.ok(Math.abs(told[0].secondsLeft - 40 / 300) < 1e-9);
  assert.equal(told[1].secondsLeft, 0);
});

test('a file from disk is read to where it is wanted', async () => {
  const split = new BlobSplit(new File([Uint8Array.from([1, 2, 3, 4, 5])], 'm.gguf'));
  assert.deepEqual([split.name, split.size], ['m.gguf', 5]);
  assert.deepEqual([...await split.head(99)], [1, 2, 3, 4, 5]);
  const read = [];
  let moved = 0;
  await split.load(3, { write: (bytes, at) => bytes.forEach((value, i) => { read[at + i] = value; }), moved: (count) => { moved += count; } }, NEVER);
  assert.deepEqual([read, moved], [[1, 2, 3], 3]);
});

test('a file that changes or goes while it is read', async () => {
  const sink = { write() {}, moved() {} };
  const changed = (stream) => new BlobSplit({ name: 'm.gguf', size: 9, slice: () => ({ stream: () => stream }) });
  await refuses(() => changed(streamOf([[1, 2]])).load(9, sink, NEVER), 'truncated', /^m\.gguf ended at byte 2 instead of 9/);
  await refuses(() => changed(streamOf([[1, 2]], new Error('gone'))).load(9, sink, NEVER), 'truncated', /^m\.gguf cannot be read beyond byte 2 \(gone\)/);
  await assert.rejects(changed(streamOf([[1]])).load(9, sink, AbortSignal.abort('enough')), (reason) => reason === 'enough');
});

const handle = (bytes) => ({
  async createSyncAccessHandle() {
    return {
      read(view, { at }) {
        const part = bytes.slice(at, at + view.length);
        view.set(part);
        return part.length;
      },
    };
  },
});

test('ranges of several files, wherever they lie', async () => {
  const ranges = await Ranges.open([{ base: 0, size: 3, blob: new Blob([Uint8Array.from([1, 2, 3])]) }, { base: 3, size: 2, handle: handle([4, 5]) }]);
  const view = new Uint8Array(2);
  for (const [offset, expected] of [[0, [1, 2]], [1, [2, 3]], [3, [4, 5]]]) {
    await ranges.read(offset, view);
    assert.deepEqual([...view], expected);
  }
  ranges.readNow(3, view);
  await assert.rejects(async () => ranges.readNow(4, view), /storage has no 2 bytes at 1/);
  const remote = await Ranges.open([{ base: 0, size: 3, url: 'https://host.example/m', headers: {}, retry: {} }]);
  assert.throws(() => remote.readNow(0, view), /https:\/\/host\.example\/m cannot be read at once/);
});

test('storage is shared where the browser can, and only a browser that cannot is asked otherwise', async () => {
  const asked = [];
  const opened = (failure) => ({
    async createSyncAccessHandle(options) {
      asked.push(options);
      if (options && failure) {
        throw Object.assign(new Error(failure), { name: failure });
      }
      return {};
    },
  });
  await Ranges.open([{ base: 0, size: 1, handle: opened() }]);
  await Ranges.open([{ base: 0, size: 1, handle: opened('TypeError') }]);
  assert.deepEqual(asked, [{ mode: 'read-only' }, { mode: 'read-only' }, undefined]);
  await assert.rejects(Ranges.open([{ base: 0, size: 1, handle: opened('NoModificationAllowedError') }]), /NoModificationAllowedError/);
});

test('without shared memory layers are read when they are waited for', async () => {
  const engine = { ...memories(8), sharedMemory: null };
  const layers = [[{ offset: 0, bytes: 2, at: 0 }, { offset: 2, bytes: 1, at: 3 }], [{ offset: 9, bytes: 1, at: 0 }]];
  const reader = await LayerReader.start(engine, { readers: [{ base: 0, size: 3, handle: handle([1, 2, 3]) }], slots: [0, 4], layers, name: 'm' });
  assert.equal(reader.arrived(1), true);
  reader.start(0, 1);
  assert.equal(reader.arrived(1), false);
  assert.equal(reader.await(1), 0);
  assert.deepEqual([...engine.banks[0]], [255, 255, 255, 255, 1, 2, 255, 3]);
  assert.equal(reader.await(1), 0, 'it is there');
  reader.start(1, 0);
  assert.equal(reader.await(0), 1, 'beyond the file');
  assert.equal(reader.readNow(1, 2, 0), 0);
  assert.deepEqual([...engine.banks[0].subarray(0, 2)], [2, 3]);
  assert.equal(reader.cancelWord, null);
});

test('without shared memory layers are not read from an address', async () => {
  const readers = [{ base: 0, size: 3, url: 'https://host.example/m' }];
  await refuses(() => LayerReader.start({ sharedMemory: null }, { readers, slots: [], layers: [], name: 'm' }), 'not_isolated', /^the layers of m would have to be read from its address/);
});
