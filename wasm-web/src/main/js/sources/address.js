// What of an address may be shown and kept. A signature or a token in it opens the file to whoever reads it.

const SECRET = /^(x-(amz|goog|ms)-.*|sig|signature|policy|key-pair-id|expires|key|api[-_]?key|jwt|.*(token|secret|password|passwd|session|credential).*|auth.*)$/i;
const LONGEST = 300; // characters in a message

/** The address under which a file is kept: without what only opens the way to it, so that the next signature finds the same file. */
export function kept(url) {
  const address = new URL(url);
  address.hash = '';
  address.username = '';
  address.password = '';
  const secrets = [...address.searchParams.keys()].filter((name) => SECRET.test(name));
  secrets.forEach((name) => address.searchParams.delete(name)); // without any, the query stays as it is written
  return address.href;
}

/** An address in a message. */
export function shown(url) {
  const address = new URL(url);
  if (address.protocol === 'data:') {
    return 'data:…';
  }
  address.username = '';
  address.password = '';
  address.hash = '';
  const query = address.search ? '?…' : '';
  address.search = '';
  return address.href.slice(0, LONGEST) + query;
}

/** The name of the file at an address. */
export function nameOf(url) {
  const { protocol, pathname } = new URL(url);
  const name = protocol === 'data:' ? '' : pathname.split('/').pop();
  try {
    return decodeURIComponent(name) || shown(url);
  } catch {
    return name; // an encoding that is none
  }
}

/** Whether a file from here is kept for the next visit: other addresses end with the page, or hold the bytes themselves. */
export function keepable(url) {
  return /^https?:/.test(url);
}
