import { $, button, element } from './dom.js';

const SHOWN_MS = 8000;
let timer = 0;

/**
 * Says something at the page's edge for a while.
 *
 * @param {string} text what has happened
 * @param {{ label: string, act: () => void }} [undo] what takes it back
 */
export function toast(text, undo) {
  clearTimeout(timer);
  const hide = () => { $('toast').hidden = true; };
  $('toast').replaceChildren(element('span', '', text));
  if (undo) {
    $('toast').append(button('quiet', undo.label, () => {
      hide();
      undo.act();
    }));
  }
  $('toast').hidden = false;
  timer = setTimeout(hide, SHOWN_MS);
}
