// @ts-check
/** Controls: a text, a slider, a choice. */

import { Refusal } from "./engine.js";
import { h, id, numberOf, read, short } from "./dom.js";

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
    /** @type {import("./widget.js").Change | undefined} What was last asked for here. */
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
   * @param {import("./dom.js").Attributes} [attributes]
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
