// @ts-check
/** A grid of numbers. */

import { frame, h, shown } from "./dom.js";

/** As many cells as are styled within a frame. */
const CELLS_A_FRAME = 144;

/**
 * A grid of numbers as coloured cells. One cell is the current one: a click or
 * the arrow keys choose it.
 */
export class Grid {
  /**
   * @param {string} label
   * @param {(row: number, column: number) => void} chosen
   */
  constructor(label, chosen) {
    this.chosen = chosen;
    this.rows = 0;
    this.columns = 0;
    /** @type {HTMLElement[]} */
    this.cells = [];
    this.current = 0;
    this.element = h("div", {
      role: "grid", class: "grid", "aria-label": label,
      click: (/** @type {MouseEvent} */ event) => {
        const cell = /** @type {Element} */ (event.target).closest("[role=gridcell]");
        if (cell instanceof HTMLElement) {
          this.choose(this.cells.indexOf(cell));
        }
      },
      keydown: (/** @type {KeyboardEvent} */ event) => this.#key(event),
    });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { rows, columns, current } = this;
    const column = current % columns;
    const moves = /** @type {Record<string, number>} */ ({
      ArrowLeft: column > 0 ? -1 : 0,
      ArrowRight: column < columns - 1 ? 1 : 0,
      ArrowUp: current >= columns ? -columns : 0,
      ArrowDown: current < (rows - 1) * columns ? columns : 0,
      Home: -column,
      End: columns - 1 - column,
    });
    if (event.key in moves) {
      event.preventDefault();
      this.choose(current + moves[event.key]);
      this.cells[this.current]?.focus();
    }
  }

  /** @param {number} index */
  choose(index) {
    this.#mark(index);
    this.chosen(Math.floor(index / this.columns), index % this.columns);
  }

  /** @param {number} index */
  #mark(index) {
    const old = this.cells[this.current];
    old?.setAttribute("tabindex", "-1");
    old?.removeAttribute("aria-selected");
    this.current = index;
    this.cells[index]?.setAttribute("tabindex", "0");
    this.cells[index]?.setAttribute("aria-selected", "true");
  }

  /**
   * Shows the numbers, row by row; the colour is full at `full`. Up to
   * `CELLS_A_FRAME` are there at once. A larger matrix takes more frames, since
   * a cell takes long to style: the page must answer meanwhile.
   * @param {ArrayLike<number>} numbers
   * @param {number} columns
   * @param {number} current
   * @param {{ full?: number, name?: (row: number, column: number) => string }} [options]
   */
  async show(numbers, columns, current, options = {}) {
    const rows = Math.ceil(numbers.length / columns);
    if (rows !== this.rows || columns !== this.columns) {
      [this.rows, this.columns] = [rows, columns];
      this.cells = [];
      this.element.style.setProperty("--columns", String(columns));
      this.element.replaceChildren();
    }
    const full = options.full ?? Math.max(...Array.from(numbers, Math.abs), 1e-300);
    const name = options.name ?? ((row, column) => `row ${row}, column ${column}`);
    const together = Math.max(1, Math.floor(CELLS_A_FRAME / columns));
    for (let row = 0; row < rows; row += 1) {
      if (row > 0 && row % together === 0) {
        await frame();
      }
      const first = row * columns;
      const cells = this.#row(first, Math.min(columns, numbers.length - first));
      cells.forEach((cell, column) => {
        const number = numbers[first + column];
        const share = `${Math.round(Math.min(Math.abs(number) / full, 1) * 100)}%`;
        if (cell.style.getPropertyValue("--share") !== share) {
          cell.style.setProperty("--share", share);
        }
        cell.classList.toggle("negative", number < 0);
        cell.setAttribute("aria-label", `${name(row, column)}: ${shown(number)}`);
      });
    }
    this.#mark(Math.min(current, this.cells.length - 1));
  }

  /** The cells of a row, which is made where there is none. @param {number} first @param {number} count */
  #row(first, count) {
    if (first === this.cells.length) {
      const made = Array.from({ length: count }, () =>
        h("div", { role: "gridcell", tabindex: "-1" }));
      this.cells.push(...made);
      this.element.append(h("div", { role: "row" }, ...made));
    }
    return this.cells.slice(first, first + count);
  }
}
