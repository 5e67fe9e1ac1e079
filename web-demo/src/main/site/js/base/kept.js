/** What was kept under a key between visits, or null. */
export function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // storage is switched off, or holds something else
  }
}

/** Keeps a value for the next visit, where the browser lets a page keep something. */
export function keep(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // without storage the choice lasts as long as the page
  }
}
