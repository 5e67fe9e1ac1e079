import { WasmChordError } from '../errors.js';

function address(name, base) {
  try {
    return new URL(name, base).href;
  } catch {
    throw new WasmChordError('invalid_request', `assets: ${name} is no address`);
  }
}

/**
 * The option that says where this module's files are, as a function from a file's name to its address; null without the option: then they
 * are beside this one, or where a bundler put them.
 *
 * @param {undefined | {base: string | URL} | ((name: string) => string | URL)} assets
 */
export function assetsOf(assets) {
  const page = globalThis.location?.href;
  const text = (one) => typeof one === 'string' || one instanceof URL;
  if (assets === undefined) {
    return null;
  }
  if (typeof assets === 'function') {
    return (name) => {
      const given = assets(name);
      if (!text(given)) {
        throw new WasmChordError('invalid_request', `assets('${name}') is an address, not ${given}`);
      }
      return address(given, page);
    };
  }
  if (!text(assets?.base)) {
    throw new WasmChordError('invalid_request', 'assets is { base: the address of the folder that has this module\'s files }, or a function from a file\'s name to its address');
  }
  const folder = address(`${assets.base}`.replace(/\/?$/, '/'), page);
  return (name) => address(name, folder);
}
