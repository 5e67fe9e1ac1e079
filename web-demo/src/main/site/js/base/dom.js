import { icon } from './icons.js';

/** The element with an id. */
export const $ = (id) => document.getElementById(id);

/** A new element; text is always set as text. */
export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) {
    node.className = className;
  }
  if (text !== undefined) {
    node.textContent = text;
  }
  return node;
}

/** A button with a text. */
export function button(className, text, action) {
  const node = element('button', className, text);
  node.type = 'button';
  node.addEventListener('click', action);
  return node;
}

/** A button with an icon; the label is for screen readers, and shown as a tooltip. */
export function iconButton(name, label, action) {
  const node = button('icon', undefined, action);
  node.setAttribute('aria-label', label);
  node.title = label;
  node.append(icon(name));
  return node;
}

/** Copies a text and says so on the button for a moment. */
export async function copyFrom(source, text) {
  const { ariaLabel } = source;
  const shown = source.querySelector('svg') ? null : source.textContent;
  let said = 'Copied';
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    said = 'Select the text to copy it';
  }
  if (shown === null) {
    source.setAttribute('aria-label', said);
    source.dataset.said = said;
  } else {
    source.textContent = said;
  }
  setTimeout(() => {
    if (shown === null) {
      source.setAttribute('aria-label', ariaLabel);
      delete source.dataset.said;
    } else {
      source.textContent = shown;
    }
  }, 1600);
}

/** Gives the reader a text as a file. */
export function download(name, type, text) {
  const link = element('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
