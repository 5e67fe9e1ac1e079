import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../../main/create/index.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'create-wasm-chord-'));
after(() => rmSync(folder, { recursive: true }));

const create = (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { cwd: folder, input: '', encoding: 'utf8' });
  return { status, said: stdout + stderr };
};
const lines = (name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').length;

test('create makes a folder with a small page, and says what is next', () => {
  const { status, said } = create('My Chat');
  assert.equal(status, 0, said);
  assert.match(said, /cd "My Chat"\n {4}npm install\n {4}npm run dev/);
  assert.deepEqual(readdirSync(join(folder, 'My Chat')).sort(), ['.gitignore', 'README.md', 'app.js', 'index.html', 'package.json', 'style.css', 'vite.config.js']);
  const described = JSON.parse(readFileSync(join(folder, 'My Chat', 'package.json'), 'utf8'));
  const { version } = JSON.parse(readFileSync(join(SCRIPT, '..', 'package.json'), 'utf8'));
  assert.equal(described.name, 'my-chat');
  assert.equal(described.dependencies['wasm-chord'], version);
  assert.ok(lines('My Chat/app.js') < 60);
});

test('create takes a packed module, and a folder in which only a repository was begun', () => {
  mkdirSync(join(folder, 'begun', '.git'), { recursive: true });
  assert.equal(create('begun', '--module', 'w.tgz').status, 0);
  const described = JSON.parse(readFileSync(join(folder, 'begun', 'package.json'), 'utf8'));
  assert.match(described.dependencies['wasm-chord'], /^file:.*w\.tgz$/);
});

test('create overwrites nothing', () => {
  mkdirSync(join(folder, 'full'));
  writeFileSync(join(folder, 'full', 'mine.txt'), 'mine');
  assert.deepEqual(create('full'), { status: 1, said: 'create-wasm-chord: full is not empty: it has mine.txt; name a new folder\n' });
  assert.deepEqual(create('full/mine.txt'), { status: 1, said: 'create-wasm-chord: full/mine.txt is a file; name a new folder\n' });
  assert.deepEqual(readdirSync(join(folder, 'full')), ['mine.txt']);
});

test('create explains itself, and refuses what it does not know', () => {
  assert.match(create('--help').said, /^Usage: npm create wasm-chord/);
  for (const args of [['--elsewhere'], ['a', 'b'], []]) {
    const { status, said } = create(...args);
    assert.equal(status, 2, said);
    assert.match(said, /^create-wasm-chord: /);
  }
});
