// @ts-check
/** A chart, and the means that are drawn in it. */

import { h, svg } from "./dom.js";

/**
 * Axes and lines, as wide as there is room.
 */
export class Chart {
  /**
   * @param {{
   *   label: string, height?: number,
   *   x: { min: number, max: number, label: string, ticks: number[] },
   *   y: { min: number, max: number, label: string, ticks: number[] },
   * }} options
   */
  constructor(options) {
    this.options = options;
    this.height = options.height ?? 260;
    this.width = 600;
    this.axes = svg("g", { class: "axes" });
    this.marks = svg("g");
    this.svg = svg(
      "svg", { role: "img", "aria-label": options.label, class: "chart" },
      this.axes, this.marks,
    );
    this.element = h("div", { class: "chart-box" }, this.svg);
    this.element.style.height = `${this.height}px`;
    /** @type {() => void} */
    this.draw = () => {};
    new ResizeObserver(([{ contentRect }]) => {
      if (contentRect.width > 0 && contentRect.width !== this.width) {
        this.width = contentRect.width;
        this.renew();
      }
    }).observe(this.element);
    this.renew();
  }

  /** @param {number} value */
  x(value) {
    const { min, max } = this.options.x;
    return 46 + (value - min) / (max - min) * (this.width - 66);
  }

  /** @param {number} value */
  y(value) {
    const { min, max } = this.options.y;
    const share = (Math.min(Math.max(value, min), max) - min) / (max - min);
    return this.height - 40 - share * (this.height - 64);
  }

  /** Another range of heights. @param {{ min: number, max: number, label: string, ticks: number[] }} y */
  set scale(y) {
    this.options.y = y;
    this.renew();
  }

  renew() {
    const { x, y } = this.options;
    const { width, height } = this;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const [left, right] = [this.x(x.min), this.x(x.max)];
    const bottom = this.y(y.min);
    this.axes.replaceChildren(
      ...y.ticks.flatMap((tick) => [
        svg("line", { x1: left, x2: right, y1: this.y(tick), y2: this.y(tick) }),
        svg("text", { x: left - 6, y: this.y(tick) + 4, "text-anchor": "end" }, String(tick)),
      ]),
      ...x.ticks.map((tick) => svg(
        "text", { x: this.x(tick), y: bottom + 18, "text-anchor": "middle" }, String(tick),
      )),
      svg("text", { x: right, y: height - 4, "text-anchor": "end" }, x.label),
      svg("text", { x: 2, y: 11 }, y.label),
    );
    this.draw();
  }

  /**
   * The path of a point for each value; their x are 1, 2, 3 …
   * @param {ArrayLike<number>} values
   */
  dots(values) {
    return Array.from(values, (value, index) =>
      `M${this.x(index + 1).toFixed(1)} ${this.y(value).toFixed(1)}h0`).join("");
  }

  /**
   * The path of a line through points whose x are 1, 2, 3 …
   * @param {ArrayLike<number>} values
   * @param {number} [first] the x of the first
   */
  path(values, first = 1) {
    let path = "";
    for (let index = 0; index < values.length; index += 1) {
      const [x, y] = [this.x(first + index), this.y(values[index])];
      path += `${index ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    return path;
  }
}

/**
 * The mean of the last values at each place, up to `width` of them.
 * @param {ArrayLike<number>} values
 * @param {number} width
 */
export function runningMeans(values, width) {
  const means = new Float64Array(values.length);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += values[index] - (index >= width ? values[index - width] : 0);
    means[index] = sum / Math.min(index + 1, width);
  }
  return means;
}
