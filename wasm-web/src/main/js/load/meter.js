const EVERY_MS = 100;
const WINDOW_MS = 3000;

/** Reports how far a download is: ten times a second at most, with the rate of the last seconds. */
export class Meter {
  #report;
  #marks = []; // [time, bytes]
  #reported = 0;
  #loaded = 0;

  constructor(report, total) {
    this.#report = report;
    this.total = total;
    this.phase = 'download';
    this.#mark();
  }

  #mark() {
    this.#marks.push([performance.now(), this.#loaded]);
    while (this.#marks.length > 2 && this.#marks.at(-1)[0] - this.#marks[0][0] > WINDOW_MS) {
      this.#marks.shift();
    }
  }

  add(bytes) {
    this.#loaded += bytes;
    if (performance.now() - this.#reported > EVERY_MS) {
      this.send();
    }
  }

  send() {
    this.#reported = performance.now();
    this.#mark();
    const [start, before] = this.#marks[0];
    const seconds = (this.#reported - start) / 1000;
    const rate = seconds > 0 ? (this.#loaded - before) / seconds : 0;
    const left = rate > 0 ? Math.max(0, this.total - this.#loaded) / rate : null;
    this.#report({ phase: this.phase, loaded: Math.min(this.#loaded, this.total), total: this.total, bytesPerSecond: rate, secondsLeft: left });
  }
}
