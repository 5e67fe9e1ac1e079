/** Bytes as a person reads them. */
export function bytes(n) {
  const units = ['B', 'kB', 'MB', 'GB'];
  let unit = 0;
  while (n >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return `${n >= 100 || unit === 0 ? Math.round(n) : n.toFixed(1)} ${units[unit]}`;
}

/** A count such as 5.0 M. */
export function count(n) {
  return n >= 1e9 ? `${(n / 1e9).toFixed(1)} B` : n >= 1e6 ? `${(n / 1e6).toFixed(1)} M` : n >= 1e3 ? `${Math.round(n / 1e3)} k` : String(n);
}

/** A time still to wait. */
export function seconds(s) {
  return s < 1 ? 'a moment' : s < 90 ? `${Math.ceil(s)} s` : `${Math.ceil(s / 60)} min`;
}
