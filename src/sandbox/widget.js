// @ts-check
/** What a widget is: a state, and a way to show it. */

import { Refusal } from "./engine.js";
import { button, h, read, sentence, shown } from "./dom.js";
import { Field } from "./fields.js";

/** @typedef {Record<string, string | number>} State */
/**
 * A change of the state, and the field that asked for it.
 * @typedef {{ changes: State, field?: import("./fields.js").Field, quiet?: boolean }} Change
 */

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
  /** What it is called in the page's address, if not by its own name. */
  static key = "";
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
    const name = this.#kind.key || this.localName.slice("gpt-".length);
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
   * @param {import("./fields.js").Slider} field
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
