// @ts-check
/** What the widgets of the book have in common. */

import { Refusal } from "./engine.js";

/** @typedef {Record<string, string | number>} State */
/** @typedef {Record<string, any>} Attributes */
/**
 * A change of the state, and the field that asked for it.
 * @typedef {{ changes: State, field?: Field, quiet?: boolean }} Change
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {Element} element
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (typeof value === "boolean") {
      element.toggleAttribute(name, value);
    } else if (value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children);
}

/**
 * An element. An attribute that is a function listens to the event.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/**
 * An element of a drawing.
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  fill(element, attributes, children);
  return element;
}

/**
 * A number for the eye: some digits that count, and a real minus sign.
 * @param {number} number
 * @param {number} [digits]
 */
export function shown(number, digits = 4) {
  if (number === 0 || !Number.isFinite(number)) {
    return String(number).replace("-", "−");
  }
  const size = Math.abs(number);
  const text = size >= 1e-4 && size < 1e6
    ? number.toPrecision(digits)
    : number.toExponential(digits - 1).replace(/e\+?/, "e");
  return text.replaceAll("-", "−");
}

/** A message as a sentence. @param {string} text */
export const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Shows a value in a control. @param {any} control @param {unknown} value */
export function put(control, value) {
  control.value = value;
}

/** Whether the reader asked for less motion. */
export const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The next moment to draw. @returns {Promise<number>} */
export const frame = () => new Promise(requestAnimationFrame);

/** @param {number} milliseconds */
export const pause = (milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

let ids = 0;

/** An id that no other element of the page has. */
export const id = () => `sandbox-${ids++}`;

/**
 * @param {string} label
 * @param {(event: Event) => void} click
 * @param {Attributes} [attributes]
 */
export function button(label, click, attributes = {}) {
  return h("button", { type: "button", click, ...attributes }, label);
}

/**
 * Controls with one line of text for what is wrong with them.
 */
export class Field {
  /** @param {string} label */
  constructor(label) {
    this.label = label;
    this.wrong = h("p", { class: "wrong", id: id(), role: "status" });
    /** @type {HTMLElement[]} */
    this.inputs = [];
    /** @type {Change | undefined} What was last asked for here. */
    this.asked = undefined;
    /** When something was last typed, in milliseconds. */
    this.touched = -Infinity;
    /** @type {HTMLElement} */
    this.element = h("div", {
      class: "field",
      input: () => {
        this.touched = performance.now();
      },
    });
  }

  /**
   * Whether somebody is moving or typing in it: what is shown meanwhile may be
   * older than what stands there, and must not replace it.
   * @param {HTMLElement} input
   */
  isBusy(input) {
    return input === document.activeElement
      && performance.now() < this.touched + 1000;
  }

  /** Whether what is typed here was refused, and is still being typed. */
  get isPending() {
    return this.inputs.some((input) =>
      input === document.activeElement && input.hasAttribute("aria-invalid"));
  }

  /** Refuses what was typed: no answer to what was asked before takes that back. @param {string} text */
  refuse(text) {
    this.asked = undefined;
    this.say(text);
  }

  /** Says what is wrong, or with an empty text that nothing is. @param {string} text */
  say(text) {
    if (this.wrong.textContent !== text) {
      this.wrong.textContent = text;
    }
    for (const input of this.inputs) {
      if (text) {
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", this.wrong.id);
      } else {
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
      }
    }
  }
}

/** A line of text. */
export class Text extends Field {
  /**
   * @param {string} label
   * @param {(text: string, field: Field) => void} changed
   * @param {Attributes} [attributes]
   */
  constructor(label, changed, attributes = {}) {
    super(label);
    this.input = h("input", {
      type: "text",
      id: id(),
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      input: () => changed(this.input.value, this),
      ...attributes,
    });
    this.inputs = [this.input];
    this.element.append(
      h("label", { for: this.input.id }, label), this.input, this.wrong,
    );
  }

  /** @param {string} text */
  set value(text) {
    const isFree = !this.isPending && !this.isBusy(this.input);
    if (this.input.value !== text && isFree) {
      this.input.value = text;
      this.say("");
    }
  }
}

/** A slider, and beside it a box for the exact value. */
export class Slider extends Field {
  /**
   * @param {string} label
   * @param {{ min: number, max: number, step: number }} range
   * @param {(typed: string, field: Slider) => void} changed
   */
  constructor(label, range, changed) {
    super(label);
    this.range = range;
    const { min, max, step } = range;
    this.slider = h("input", {
      type: "range", id: id(), min, max, step,
      input: () => changed(this.slider.value, this),
    });
    this.box = h("input", {
      type: "text", inputmode: "decimal", autocomplete: "off", size: 6,
      "aria-label": `${label}, exactly`,
      input: () => changed(this.box.value, this),
    });
    this.inputs = [this.box];
    this.element.append(
      h("label", { for: this.slider.id }, label),
      h("div", { class: "slider" }, this.slider, this.box),
      this.wrong,
    );
  }

  /** @param {string | number} value */
  set value(value) {
    if (!this.isBusy(this.slider)) {
      this.slider.value = String(value);
    }
    const same = this.box.value !== ""
      && Number(this.box.value) === Number(value);
    if (!same && !this.isPending && !this.isBusy(this.box)) {
      this.box.value = String(value);
      this.say("");
    }
  }

  /**
   * The number that was typed, if it is one within the range.
   * @param {string} typed
   */
  read(typed) {
    const { min, max, step } = this.range;
    const number = numberOf(typed);
    const whole = !Number.isInteger(step) || Number.isInteger(number);
    if (!(number >= min && number <= max && whole)) {
      const kind = Number.isInteger(step) ? "whole number" : "number";
      throw new Refusal(
        `${this.label.toLowerCase()} is a ${kind} from ${min} to ${max}, `
        + `not “${short(typed)}”`,
      );
    }
    return number;
  }
}

/** One of some choices. */
export class Choice extends Field {
  /**
   * @param {string} label
   * @param {[string, string][]} options each with its value and its label
   * @param {(value: string, field: Field) => void} changed
   */
  constructor(label, options, changed) {
    super(label);
    const name = id();
    this.radios = options.map(([value]) => h("input", {
      type: "radio", name, value, id: id(),
      change: () => changed(value, this),
    }));
    const pairs = options.map(([, text], index) => h(
      "span", { class: "option" },
      this.radios[index],
      h("label", { for: this.radios[index].id }, text),
    ));
    /** @type {HTMLElement[]} */
    this.inputs = this.radios;
    /** @type {HTMLElement} */
    this.element = h(
      "fieldset", { class: "field choice" },
      h("legend", {}, label), ...pairs, this.wrong,
    );
  }

  /** @param {string} value */
  set value(value) {
    for (const radio of this.radios) {
      radio.checked = radio.value === value;
    }
    if (!this.radios.some(({ checked }) => checked)) {
      throw new Refusal(`${this.label.toLowerCase()} cannot be “${short(value)}”`);
    }
  }

  /**
   * @param {string} value
   * @param {boolean} enabled
   */
  enable(value, enabled) {
    for (const radio of this.radios) {
      if (radio.value === value) {
        radio.disabled = !enabled;
      }
    }
  }
}

/**
 * A text that fits into a sentence.
 * @param {string} text
 */
export function short(text) {
  const letters = [...text];
  return letters.length > 40 ? `${letters.slice(0, 40).join("")}…` : text;
}

/** The number that a text stands for: an empty one stands for none. @param {string} text */
export const numberOf = (text) => text.trim() === "" ? NaN : Number(text);

/**
 * The finite number that a text stands for. A text that stands for none is kept,
 * so that whoever refuses it can name it.
 * @param {string} text
 */
export function read(text) {
  const number = numberOf(text);
  return Number.isFinite(number) ? number : short(text);
}

/**
 * A table. The first cell of each row is its head.
 * @param {string} caption
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
export function table(caption, head, rows) {
  const cell = (/** @type {string | number} */ value) =>
    typeof value === "number" ? shown(value) : value;
  return h(
    "table", {},
    h("caption", {}, caption),
    h("thead", {}, h(
      "tr", {}, ...head.map((text) => text ? h("th", { scope: "col" }, text) : h("td")),
    )),
    h("tbody", {}, ...rows.map(([first, ...others]) => h(
      "tr", {},
      h("th", { scope: "row" }, cell(first)),
      ...others.map((value) => h("td", {}, cell(value))),
    ))),
  );
}

/**
 * A table that is made when it is opened, and while it is open.
 */
export class Twin {
  /**
   * @param {string} label
   * @param {() => Node} make
   */
  constructor(label, make) {
    this.make = make;
    this.box = h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label });
    this.element = h(
      "details", { toggle: () => this.renew() },
      h("summary", {}, label), this.box,
    );
  }

  renew() {
    if (this.element.open) {
      this.box.replaceChildren(this.make());
    }
  }
}

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

/** How many widgets of a kind were made on this page. @type {Map<string, number>} */
const made = new Map();

/**
 * A widget: a state, which is kept in the page's address, and a way to show
 * it. What cannot be shown is refused in a sentence, and the last state that
 * could be shown stays.
 */
export class Widget extends HTMLElement {
  /** The state in which the widget is found. @type {State} */
  static defaults = {};
  /** What it is, for those who do not see it. */
  static label = "";
  /** One line: what to watch. */
  static watch = "";
  /** One line: what it does not show. */
  static hides = "";

  /** @type {State} */
  state = {};
  /** @type {Change[]} */
  #queue = [];
  /** @type {Promise<void> | undefined} */
  #work;
  #saving = 0;
  #key = "";
  #told = 0;
  #telling = 0;

  /** The same, for those that differ from page to page. */
  get defaults() {
    return this.#kind.defaults;
  }

  get #kind() {
    return /** @type {typeof Widget} */ (this.constructor);
  }

  connectedCallback() {
    if (this.#key) {
      return;
    }
    const name = this.localName.slice("gpt-".length);
    const count = (made.get(name) ?? 0) + 1;
    made.set(name, count);
    this.#key = count > 1 ? `${name}${count}` : name;
    const { label, watch, hides } = this.#kind;
    this.state = { ...this.defaults };
    this.fallback = h("div", { class: "fallback" }, ...this.childNodes);
    this.general = new Field(label);
    this.general.wrong.classList.add("general");
    this.status = h("p", { role: "status", class: "told" });
    this.body = h("div", { class: "body" });
    this.panel = h(
      "div", {
        class: "panel", role: "region",
        "aria-label": count > 1 ? `${label} (${count})` : label,
        keydown: (/** @type {KeyboardEvent} */ event) => {
          // The arrow keys would turn the page, letters open the search.
          event.stopPropagation();
        },
      },
      h("p", { class: "watch" }, h("strong", {}, "What to watch:"), ` ${watch}`),
      this.body,
      this.general.wrong,
      h("p", { class: "hides" }, h("strong", {}, "Not shown:"), ` ${hides}`),
      h("p", { class: "foot" }, button("Reset", () => this.reset())),
      this.status,
    );
    this.build(this.body);
    this.replaceChildren(this.fallback);
    this.set(this.#saved());
  }

  /** Whether there is a state that is not shown yet. */
  get isBusy() {
    return this.#work !== undefined;
  }

  /** Makes the controls. @param {HTMLElement} _body */
  build(_body) {}

  /**
   * Shows the state. Whatever it waits for, it changes the page only when it
   * has all of it: what is refused changes nothing.
   * @returns {Promise<void> | void}
   */
  show() {}

  /** What a reset stops and forgets, beside the state. */
  clear() {}

  reset() {
    this.clear();
    this.set({ ...this.defaults });
    this.tell("Reset.");
  }

  /**
   * Changes the state and shows it. A refusal appears beside the field.
   * @param {State} changes
   * @param {Field} [field]
   */
  set(changes, field) {
    const last = this.#queue.at(-1);
    if (last && last.field === field) {
      Object.assign(last.changes, changes);
    } else {
      this.#queue.push({ changes, field });
    }
    if (field) {
      field.asked = this.#queue.at(-1);
    }
    this.#work ??= this.#workOff().finally(() => {
      this.#work = undefined;
    });
    return this.#work;
  }

  /**
   * Changes the state to the number that was typed, if it is one.
   * @param {string} name
   * @param {string} typed
   * @param {Slider} field
   */
  setNumber(name, typed, field) {
    try {
      this.set({ [name]: field.read(typed) }, field);
    } catch (error) {
      field.refuse(sentence(/** @type {Error} */ (error).message));
    }
  }

  async #workOff() {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      const { changes, quiet } = next;
      const before = this.state;
      this.state = { ...before, ...changes };
      try {
        await this.show();
        if (!quiet) {
          this.#answer(next, "");
          this.general?.say("");
        }
        this.#wake();
        this.#save();
      } catch (error) {
        this.state = before;
        this.#refuse(error, next);
      }
    }
  }

  /**
   * Says beside a field what its change came to, unless another was asked for
   * there meanwhile.
   * @param {Change} change
   * @param {string} text
   */
  #answer(change, text) {
    const { field } = change;
    if (!field || field.asked === change) {
      (field ?? this.general)?.say(text);
    }
  }

  /**
   * @param {unknown} error
   * @param {Change} change
   */
  #refuse(error, change) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    this.#answer(change, sentence(error.message));
    if (this.classList.contains("live")) {
      return;
    }
    if (this.#failed) {
      // Not even the beginning can be shown: the figure stays.
      this.classList.add("asleep");
      this.append(h("p", { class: "wrong" }, `${error.message}.`));
      return;
    }
    this.#failed = true;
    this.#queue.push({ changes: { ...this.defaults }, quiet: true });
  }

  #failed = false;

  /** The panel takes the figure's place, once it has something to show. */
  #wake() {
    if (!this.classList.contains("live") && this.panel) {
      this.append(this.panel);
      this.classList.add("live");
    }
  }

  /** What the page's address says of this widget. */
  #saved() {
    const query = new URLSearchParams(location.search);
    /** @type {State} */
    const saved = {};
    for (const [name, value] of Object.entries(this.defaults)) {
      const text = query.get(`${this.#key}.${name}`);
      if (text !== null) {
        saved[name] = typeof value === "number" ? read(text) : text;
      }
    }
    return saved;
  }

  /** Writes into the address what differs from the beginning, now and then. */
  #save() {
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => {
      const url = new URL(location.href);
      for (const [name, value] of Object.entries(this.defaults)) {
        const key = `${this.#key}.${name}`;
        if (this.state[name] === value) {
          url.searchParams.delete(key);
        } else {
          url.searchParams.set(key, String(this.state[name]));
        }
      }
      if (url.href !== location.href) {
        history.replaceState(history.state, "", url);
      }
    }, 250);
  }

  /**
   * Tells those who listen what changed, once a second at most.
   * @param {string} sentence
   */
  tell(sentence) {
    clearTimeout(this.#telling);
    const wait = Math.max(0, this.#told + 1000 - performance.now());
    this.#telling = setTimeout(() => {
      this.#told = performance.now();
      if (this.status) {
        this.status.textContent = sentence;
      }
    }, wait);
  }
}

const PLACE = "microgpt.run";

/**
 * Remembers the run of the Train widget for those on other pages.
 * @param {State} run
 */
export function remember(run) {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(run));
  } catch {
    // A browser that keeps nothing only loses the shortcut.
  }
}

/** The run that the Train widget was left at. @returns {any} */
export function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  } catch {
    return null;
  }
}
