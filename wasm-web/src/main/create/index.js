#!/usr/bin/env node
/* Makes a folder with a chat page: see --help. It fetches nothing; `npm install` does. */
import { cp, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const DEFAULT = 'wasm-chord-chat';
const IGNORED = ['.git', '.DS_Store']; // a folder with nothing else is empty
const USAGE = `Usage: npm create wasm-chord [FOLDER]

Makes FOLDER with a small chat page whose language model runs in the browser.
It is asked for where it is not given; a folder that has files is refused.

      --module FILE   a packed wasm-chord (.tgz) in place of npm's: npm create wasm-chord FOLDER -- --module FILE
  -h, --help          this text
  -V, --version       the version`;

/** An error that is the caller's to mend; `status` is the exit code. */
class Refused extends Error {
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

function options(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { module: { type: 'string' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'V' } },
    });
    if (positionals.length > 1) {
      throw new Error(`one folder is made at a time, not ${positionals.join(' and ')}`);
    }
    return { ...values, folder: positionals[0] };
  } catch (error) {
    throw new Refused(`${error.message}; --help says what there is`, 2);
  }
}

async function asked() {
  if (!process.stdin.isTTY) {
    throw new Refused('name a folder: npm create wasm-chord FOLDER', 2);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`Folder (${DEFAULT}): `)).trim() || DEFAULT;
  } finally {
    terminal.close();
  }
}

/** Refuses a place at which something would be overwritten. */
async function checkEmpty(folder, shown) {
  let names;
  try {
    names = (await readdir(folder)).filter((name) => !IGNORED.includes(name));
  } catch (error) {
    if (error.code === 'ENOENT') {
      return;
    }
    throw new Refused(error.code === 'ENOTDIR' ? `${shown} is a file; name a new folder` : `${shown} cannot be read (${error.code})`);
  }
  if (names.length > 0) {
    throw new Refused(`${shown} is not empty: it has ${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and more' : ''}; name a new folder`);
  }
}

/** A folder's name as npm takes the name of a package. */
function packageName(folder) {
  return basename(folder).toLowerCase().replace(/[^a-z0-9._~-]+/g, '-').replace(/^[-._~]+|-+$/g, '') || DEFAULT;
}

async function describe(folder, module, version) {
  const file = join(folder, 'package.json');
  const { name: _, dependencies, ...rest } = JSON.parse(await readFile(file, 'utf8'));
  const wanted = module === undefined ? version : `file:${resolve(module)}`;
  const described = { name: packageName(folder), ...rest, dependencies: { ...dependencies, 'wasm-chord': wanted } };
  await writeFile(file, `${JSON.stringify(described, null, 2)}\n`);
}

async function main(args) {
  const { folder: named, module, help, version: wantsVersion } = options(args);
  if (help) {
    return USAGE;
  }
  const { version } = JSON.parse(await readFile(join(HERE, 'package.json'), 'utf8'));
  if (wantsVersion) {
    return version;
  }
  const shown = named ?? await asked();
  const folder = resolve(shown);
  await checkEmpty(folder, shown);
  await cp(join(HERE, 'template'), folder, { recursive: true });
  await rename(join(folder, 'gitignore'), join(folder, '.gitignore')); // npm does not publish a file of that name
  await describe(folder, module, version);
  const there = relative(process.cwd(), folder);
  const quoted = /^[\w./-]*$/.test(there) ? there : JSON.stringify(there);
  return ['', `A chat page is in ${shown}. Next:`, '', ...(there ? [`    cd ${quoted}`] : []), '    npm install', '    npm run dev', ''].join('\n');
}

try {
  console.log(await main(process.argv.slice(2)));
} catch (error) {
  console.error(`create-wasm-chord: ${error.message}`);
  process.exitCode = error.status ?? 1;
}
