/** What was noted under a key for as long as the tab is open, or null. */
export function noted(key) {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null; // storage is switched off
  }
}

/** Notes a text for as long as the tab is open; null takes it back. */
export function note(key, text) {
  try {
    if (text === null) {
      sessionStorage.removeItem(key);
    } else {
      sessionStorage.setItem(key, text);
    }
  } catch {
    // then it is as if the tab were a new one
  }
}
