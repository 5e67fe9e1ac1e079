import { $ } from '../base/dom.js';
import { note, noted } from '../base/visit.js';

const AGREED = 'wasm-chord.agreed'; // the address that the visitor said yes to, for as long as the tab is open

/** Whether an address is of this page's own server. */
function isOwn({ protocol, origin }) {
  return protocol === location.protocol && origin === location.origin;
}

/** Asks before anything is fetched that somebody else's link names. */
function offer(address, load, decline) {
  $('offer-address').textContent = address;
  $('offer').hidden = false;
  $('accept-offer').addEventListener('click', () => {
    note(AGREED, address);
    load(address);
  });
  $('decline-offer').addEventListener('click', () => {
    $('offer').hidden = true;
    decline();
  });
}

/**
 * Loads the model that the page's link names: one of this server at once, one from elsewhere when the visitor agrees.
 *
 * @param {string} wanted an address, perhaps relative to the page's
 * @param {(address: string) => void} load
 * @param {() => void} decline
 * @returns {boolean} whether the visitor is asked
 */
export function loadLinked(wanted, load, decline) {
  const url = URL.canParse(wanted, location.href) ? new URL(wanted, location.href) : null;
  const address = url?.href ?? wanted;
  if ((url && isOwn(url)) || noted(AGREED) === address) {
    load(address);
    return false;
  }
  offer(address, load, decline);
  return true;
}
