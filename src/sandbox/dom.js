// @ts-check
/** What's on a page: elements, tables, and the texts in them. */

/** @typedef {Record<string, any>} Attributes */

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
