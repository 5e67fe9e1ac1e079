const POINTS = 60;
const [WIDTH, HEIGHT] = [240, 48];

/** A line of the last values, drawn as SVG. */
export class Sparkline {
  #line;
  #area;
  #values = [];

  /** @param {Element} host an svg element */
  constructor(host) {
    host.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    host.setAttribute('preserveAspectRatio', 'none');
    [this.#area, this.#line] = ['area', 'line'].map((name) => {
      const path = document.createElementNS(host.namespaceURI, 'path');
      path.setAttribute('class', name);
      host.append(path);
      return path;
    });
  }

  clear() {
    this.#values = [];
    this.#draw();
  }

  add(value) {
    this.#values.push(value);
    this.#values = this.#values.slice(-POINTS);
    this.#draw();
  }

  #draw() {
    const highest = Math.max(1, ...this.#values) * 1.1;
    const step = WIDTH / (POINTS - 1);
    const points = this.#values.map((value, i) => `${(i * step).toFixed(1)} ${(HEIGHT - (value / highest) * HEIGHT).toFixed(1)}`);
    const line = points.length > 1 ? `M${points.join('L')}` : '';
    this.#line.setAttribute('d', line);
    this.#area.setAttribute('d', line && `${line}L${((points.length - 1) * step).toFixed(1)} ${HEIGHT}L0 ${HEIGHT}Z`);
  }
}
