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
