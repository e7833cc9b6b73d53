// @ts-check
/** Looks inside a model that reads a word: each number, and what made it. */

import { BOOK, STEPS } from "./book.js";
import { Refusal, ask } from "./engine.js";
import {
  Twin, button, frame, h, pause, put, sentence, shown, svg, table,
} from "./dom.js";
import { Choice, Slider, Text } from "./fields.js";
import { Grid } from "./grid.js";
import { Widget, remembered } from "./widget.js";

/**
 * @typedef {import("./widget.js").State} State
 * @typedef {{
 *   part: string, name: string, from: string, heads: number,
 *   numbers: Float64Array,
 * }} Stage
 * @typedef {{
 *   letters: string[], alphabet: string[], places: Stage[][],
 *   cache: { keys: Float64Array, values: Float64Array }[],
 * }} Seen
 * @typedef {{
 *   kind: string, left_name: string, right_name: string, value: number,
 *   left: Float64Array, right: Float64Array, products: Float64Array,
 *   sum?: number,
 * }} Cell
 * @typedef {{ position: number, stage: number, index: number }} Spot
 * @typedef {{ stages: number[], drawn: string, element: HTMLDetailsElement }} Part
 */

/** Which part of the model is in front: the chapter says so. */
const ATTENTION = document.querySelector("gpt-inside")
  ?.getAttribute("data-part") === "attention";

/** How the parts of the model are headed. @type {Record<string, string>} */
const PARTS = {
  embedding: "Embedding", attention: "Attention", MLP: "MLP", guess: "Guess",
};

/** What is seen of a stage in words, by how it comes about. @type {Record<string, (cell: Cell) => string>} */
const WORDS = {
  row: ({ left_name }) => `It is in ${left_name}: a weight, which is learned and not computed.`,
  relu: ({ left }) => left[0] > 0
    ? `${shown(left[0])} is positive, and stays.`
    : `${shown(left[0])} is not positive: 0 takes its place.`,
  softmax: ({ left, value }) => `e to the power of each of the ${left.length} numbers of `
    + `the stage before it, divided by the sum of them all: here ${percent(value)}.`,
};

/** @param {number} share */
const percent = (share) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;

/** @param {string} letter */
const called = (letter) => letter === "bos" ? "the end (bos)" : letter;

/** Bos takes more room than a letter. @param {string} letter */
const mark = (letter) => letter === "bos" ? { class: "bos" } : {};

/**
 * The places of the largest numbers, the largest first.
 * @param {Float64Array} numbers
 * @param {number} count
 */
function largest(numbers, count) {
  return Array.from(numbers, (_, index) => index)
    .sort((a, b) => numbers[b] - numbers[a])
    .slice(0, count);
}

class Inside extends Widget {
  static defaults = {
    word: ATTENTION ? "kamon" : "emma", run: "book", ...BOOK, step: STEPS,
    position: 15, stage: ATTENTION ? "scores" : "query", cell: 0, head: 1,
  };
  static label = "Sandbox: look inside the model";
  static watch = ATTENTION
    ? "each letter has one more card to look at than the one before it, and its "
      + "weights add up to 1. What changes between Untrained and Trained?"
    : "follow the 16 numbers of a token from top to bottom: twice something is "
      + "added to them, and in the end they are compared with each token.";
  static hides = ATTENTION
    ? "whether a head's answer matters: the matrix attn_wo may take much of it, or nothing."
    : "why a number is as it is. That came about in training.";

  key = "";
  /** @type {Seen | undefined} */
  seen;
  /** @type {Cell | undefined} */
  cell;
  /** The cell in sight, by pointer or focus, if not the chosen one. @type {Spot | undefined} */
  peeked;
  /** How to find what a cell of a grid shows. @type {Map<Element, [Grid, (index: number) => Spot]>} */
  spots = new Map();
  /** The stage whose part was opened last. */
  opened = "";
  /** @type {{ grid: Grid, from: HTMLElement, heading: HTMLElement, element: HTMLElement }[]} */
  stages = [];
  /** @type {Part[]} */
  parts = [];

  /** @param {HTMLElement} body */
  build(body) {
    this.word = new Text("A word, up to 15 letters", (typed, field) =>
      this.set({ word: typed }, field));
    this.run = new Choice("The model", [["book", "of the book"], ["train", "yours, from Train"]],
      (value, field) => this.#choose(value, field));
    this.absent = h("p", { class: "absent soft" });
    this.step = new Slider("Trained for how many steps", { min: 0, max: STEPS, step: 1 },
      (typed, field) => this.setNumber("step", typed, field));
    this.letters = h("div", { class: "row", role: "group", "aria-label": "Position" });
    this.guess = h("p", { class: "summary" });
    this.behind = h("section", { class: "behind", tabindex: "0", "aria-label": "The chosen number" });
    this.list = h("div", { class: "parts" });
    const heads = this.#buildHeads();
    const stages = h("section", { "aria-label": "Stage by stage" }, this.list, this.#buildTable().element);
    const views = h("div", {
      class: "views",
      focusin: (/** @type {Event} */ event) => this.#peek(event),
      pointerover: (/** @type {Event} */ event) => this.#peek(event),
      pointerleave: () => this.#peek(),
    }, ...(ATTENTION ? [heads, stages] : [stages, heads]));
    body.append(
      h("div", { class: "row wide" }, this.word.element, this.run.element),
      this.absent,
      this.step.element,
      h("div", { class: "row" },
        button("Untrained", () => this.set({ step: 0 }, this.step)),
        button("Trained", () => this.set({ step: STEPS }, this.step))),
      h("div", { class: "row read" },
        button("Back", () => this.#move(-1)), this.letters, button("Next", () => this.#move(1))),
      this.guess,
      h("div", { class: "desk" }, views, this.behind),
    );
  }

  #buildHeads() {
    this.looks = h("p", { class: "summary" });
    this.maps = h("div", { class: "maps" });
    this.mapTables = new Twin("The weights as tables", () => this.#mapTables());
    this.head = new Choice("The cache of head", ["1", "2", "3", "4"].map((head) => [head, head]),
      (value, field) => this.set({ head: Number(value) }, field));
    this.held = h("p", { class: "summary" });
    this.cards = h("ol", { class: "cards" });
    this.keys = this.#cache("key");
    this.values = this.#cache("value");
    const grid = (/** @type {string} */ name, /** @type {Grid} */ { element }) =>
      h("div", {}, h("p", { class: "soft" }, name), element);
    const heads = h(
      "div", {}, this.looks, this.maps, this.mapTables.element,
      this.head.element, this.held,
      h("div", { class: "cache" }, this.cards, grid("keys", this.keys), grid("values", this.values)),
    );
    return h("section", { "aria-label": "The heads" }, ATTENTION ? heads
      : h("details", {}, h("summary", {}, "The heads, and what they hold"), heads));
  }

  /** The keys or the values that a head holds. @param {string} name */
  #cache(name) {
    const grid = new Grid(`The ${name}s of the head: a row for each token`, () => {});
    this.spots.set(grid.element, [grid, (index) => {
      const size = grid.columns;
      return {
        position: Math.floor(index / size),
        stage: this.#stage(name),
        index: (Number(this.state.head) - 1) * size + index % size,
      };
    }]);
    return grid;
  }

  #buildTable() {
    this.tables = new Twin("All numbers of this position as a table", () => this.#table());
    return this.tables;
  }

  /** The place of a stage in the list. @param {unknown} name */
  #stage(name) {
    return this.seen?.places[0].findIndex((stage) => stage.name === name) ?? -1;
  }

  /** Where the reader is: the last position stands for all beyond it. */
  get position() {
    return Math.min(Number(this.state.position), (this.seen?.letters.length ?? 1) - 1);
  }

  /** @param {number} by */
  #move(by) {
    const last = (this.seen?.letters.length ?? 1) - 1;
    const position = Math.min(Math.max(this.position + by, 0), last);
    this.set({ position }).then(() => this.tell(this.guess?.textContent ?? ""));
  }

  /**
   * The run of the book, or the one that Train was left at.
   * @param {string} run
   * @param {import("./fields.js").Field} field
   */
  #choose(run, field) {
    const found = run === "train" ? remembered() : null;
    if (!found) {
      this.set({ run: "book", ...BOOK }, field);
      return;
    }
    const { optimizer, rate, own, step } = found;
    this.set({ run, optimizer, rate, own, step }, field);
  }

  get #choices() {
    const { optimizer, rate, own } = this.state;
    return { optimizer, rate, own };
  }

  /** What the model of a step computes for the word. @returns {Promise<Seen>} */
  async #read() {
    const { state } = this;
    const step = this.step?.read(String(state.step));
    for (;;) {
      const seen = await ask("inside.read", this.#choices, step, state.word);
      if (seen.letters) {
        return seen;
      }
    }
  }

  async show() {
    const { state } = this;
    const key = JSON.stringify([this.#choices, state.step, state.word]);
    const seen = key === this.key && this.seen ? this.seen : await this.#read();
    const place = seen.places[0];
    const stage = place.findIndex(({ name }) => name === state.stage);
    if (stage < 0) {
      throw new Refusal(`there is no stage called “${state.stage}”`);
    }
    const [position, index, head] = [state.position, state.cell, state.head].map(Number);
    if (!seen.cache[head - 1]) {
      throw new Refusal(`there is no head “${state.head}”`);
    }
    for (const [what, number] of [["position", state.position], ["number", state.cell]]) {
      if (!(Number.isInteger(number) && Number(number) >= 0)) {
        throw new Refusal(`there is no ${what} “${number}”`);
      }
    }
    const at = Math.min(position, seen.letters.length - 1);
    const cell = await this.#ask({ position: at, stage, index: Math.min(index, seen.places[at][stage].numbers.length - 1) });
    this.key = key;
    this.seen = seen;
    this.cell = cell;
    this.peeked = undefined;
    this.#showControls();
    this.#showLetters();
    this.#showCell();
    this.#showHeads();
    await this.#showStages();
  }

  /** @param {Spot} spot @returns {Promise<Cell>} */
  #ask({ position, stage, index }) {
    const { step, word } = this.state;
    return ask("inside.cell", this.#choices, step, word, position, stage, index);
  }

  #showControls() {
    const { state } = this;
    put(this.word, state.word);
    put(this.run, state.run);
    put(this.step, state.step);
    put(this.head, String(state.head));
    const known = state.run === "train" || remembered() !== null;
    this.run?.enable("train", known);
    this.absent?.replaceChildren(...known ? [] : [
      "Yours is the model of the sandbox in ",
      h("a", { href: "training.html" }, "The training loop"),
      ", as you left it. In this tab it has not been used yet.",
    ]);
  }

  /** The letters to choose from, and what the model expects after them. */
  #showLetters() {
    const { letters, alphabet, places } = /** @type {Seen} */ (this.seen);
    const { position, state } = this;
    const group = /** @type {HTMLElement} */ (this.letters);
    if (group.textContent !== letters.join("")) {
      group.replaceChildren(...letters.map((letter, at) => button(
        letter, () => this.#move(at - this.position),
        { "aria-label": `${letter}, position ${at}` },
      )));
    }
    [...group.children].forEach((child, at) =>
      child.setAttribute("aria-pressed", String(at === position)));
    const probabilities = places[position][this.#stage("probabilities")].numbers;
    const share = (/** @type {number} */ token) =>
      `${called(alphabet[token])} ${percent(probabilities[token])}`;
    const next = alphabet.indexOf(letters[position + 1] ?? "bos");
    const guess = `After ${state.step} steps of training, having read `
      + `${letters.slice(0, position + 1).join(" ")}, the model expects `
      + `${largest(probabilities, 4).map(share).join(", ")}. `
      + `What comes in this word: ${share(next)}.`;
    /** @type {HTMLElement} */ (this.guess).textContent = guess;
  }

  /** The numbers of a head at some position. @param {number} at @param {string} name @param {number} head */
  #ofHead(at, name, head) {
    const { numbers, heads } = /** @type {Seen} */ (this.seen).places[at][this.#stage(name)];
    const size = numbers.length / heads;
    return numbers.subarray(head * size, (head + 1) * size);
  }

  #showHeads() {
    const { letters, cache } = /** @type {Seen} */ (this.seen);
    const { position } = this;
    const looks = cache.map((_, head) => {
      const weights = this.#ofHead(position, "weights", head);
      const [most] = largest(weights, 1);
      return `head ${head + 1} at ${letters[most]} (place ${most}), ${percent(weights[most])}`;
    });
    /** @type {HTMLElement} */ (this.looks).textContent =
      `At ${letters[position]} (place ${position}), what does each head look at most? ${sentence(looks.join("; "))}`;
    this.maps?.replaceChildren(...cache.map((_, head) => this.#map(head)));
    this.mapTables?.renew();
    const head = Number(this.state.head) - 1;
    const size = cache[head].keys.length / letters.length;
    const held = (position + 1) * size;
    const show = (/** @type {Grid | undefined} */ grid, /** @type {"keys" | "values"} */ what) =>
      grid?.show(cache[head][what].subarray(0, held), size, grid.current, {
        name: (row, column) => `${what.slice(0, -1)} of ${letters[row]}, number ${column}`,
      });
    show(this.keys, "keys");
    show(this.values, "values");
    this.#free(this.keys);
    this.#free(this.values);
    this.cards?.replaceChildren(...letters.map((letter, at) =>
      h("li", at > position ? { class: "unread" } : {}, letter)));
    /** @type {HTMLElement} */ (this.held).textContent =
      `Head ${head + 1} holds ${position + 1} of ${letters.length} cards, each with a key and a value of ${size} numbers.`;
  }

  /** A grid in which nothing is chosen. @param {Grid | undefined} grid */
  #free(grid) {
    grid?.cells[grid.current]?.removeAttribute("aria-selected");
  }

  /** How a head looks back: a row for each token that asks. @param {number} head */
  #map(head) {
    const { letters } = /** @type {Seen} */ (this.seen);
    const { position } = this;
    let [frames, before, now] = ["", "", ""];
    letters.forEach((_, row) => {
      const y = 20 * (row + 1);
      for (let column = 0; column <= row; column += 1) {
        frames += `M${20 * (column + 1)} ${y}h20v20h-20z`;
      }
      if (row > position) {
        return;
      }
      let squares = "";
      this.#ofHead(row, "weights", head).forEach((weight, column) => {
        // Its area, not its side, is the weight.
        const side = 18 * Math.sqrt(weight);
        const inset = (20 - side) / 2;
        const [left, top, edge] = [20 * (column + 1) + inset, y + inset, side].map((x) => x.toFixed(1));
        squares += `M${left} ${top}h${edge}v${edge}h-${edge}z`;
      });
      [before, now] = row < position ? [before + squares, now] : [before, squares];
    });
    const weights = [...this.#ofHead(position, "weights", head)]
      .map((weight, at) => `${letters[at]} ${percent(weight)}`);
    const size = 20 * (letters.length + 1) + 2;
    const label = (/** @type {string} */ letter, /** @type {number} */ x, /** @type {number} */ y) =>
      svg("text", { x, y, "text-anchor": "middle", ...mark(letter) }, letter);
    return h("div", {}, h("p", {}, `head ${head + 1}`), svg(
      "svg", {
        viewBox: `0 0 ${size} ${size}`, width: 1.2 * size, role: "img",
        "aria-label": `Head ${head + 1}: ${letters[position]} looks at ${weights.join(", ")}`,
      },
      svg("path", { d: frames, class: "frames" }),
      svg("path", { d: before, class: "squares" }),
      svg("path", { d: now, class: "squares now" }),
      ...letters.flatMap((letter, at) => [
        label(letter, 20 * at + 30, 14), label(letter, 10, 20 * at + 34),
      ]),
    ));
  }

  #mapTables() {
    const { letters, cache } = /** @type {Seen} */ (this.seen);
    return h("div", {}, ...cache.map((_, head) => table(
      `Head ${head + 1}: what each row looks at`,
      ["", ...letters],
      letters.slice(0, this.position + 1).map((letter, row) =>
        [letter, ...Array.from(this.#ofHead(row, "weights", head), (weight) => weight.toFixed(3))]),
    )));
  }

  /** What a number of a stage is called. @param {number} stage @param {number} index @param {number} [position] */
  #name(stage, index, position = this.position) {
    const { letters, alphabet, places } = /** @type {Seen} */ (this.seen);
    const { name, heads, numbers } = places[position][stage];
    if (heads > 1) {
      const size = numbers.length / heads;
      const [head, at] = [Math.floor(index / size) + 1, index % size];
      const what = name === "scores" || name === "weights"
        ? `for ${letters[at]} (place ${at})` : `number ${at}`;
      return `head ${head}, ${what}`;
    }
    return numbers.length === alphabet.length ? `for ${alphabet[index]}` : `number ${index}`;
  }

  /** Draws the parts that are open, one in a frame: a long task would be felt. */
  async #showStages() {
    if (this.parts.length === 0) {
      this.#buildParts();
    }
    const { stage } = this.state;
    if (this.opened !== stage) {
      this.opened = String(stage);
      this.stages[this.#stage(stage)].element.closest("details")?.setAttribute("open", "");
    }
    for (const part of this.parts) {
      if (this.#drawPart(part)) {
        // A hidden page has no frames.
        await Promise.race([frame().then(() => pause(0)), pause(50)]);
      }
    }
    this.#mark();
    this.tables?.renew();
  }

  #buildParts() {
    const place = /** @type {Seen} */ (this.seen).places[0];
    this.stages = place.map(({ name, heads }, stage) => {
      const grid = new Grid(name, (row, column) =>
        this.set({ stage: name, cell: row * grid.columns + column }));
      this.spots.set(grid.element, [grid, (index) =>
        ({ position: this.position, stage, index })]);
      const from = h("span", { class: "soft" });
      const heading = h("div", { class: "heading", "aria-hidden": "true" });
      const element = h(
        "div", { class: heads > 1 ? "stage heads" : "stage" },
        h("p", {}, h("strong", {}, name), " ", from), heading, grid.element,
      );
      return { grid, from, heading, element };
    });
    this.parts = Object.entries(PARTS).map(([name, label]) => {
      const stages = place.flatMap(({ part }, stage) => part === name ? [stage] : []);
      const part = { stages, drawn: "", element: h(
        "details", {
          open: !ATTENTION || name === "attention",
          toggle: () => this.#drawPart(part) && this.#mark(),
        },
        h("summary", {}, label),
        h("div", { class: "part" }, ...stages.map((stage) => this.stages[stage].element)),
      ) };
      return part;
    });
    this.list?.replaceChildren(...this.parts.map(({ element }) => element));
  }

  /** Draws a part, if it is open and not up to date; whether it was drawn. @param {Part} part */
  #drawPart(part) {
    const now = `${this.key} ${this.position}`;
    if (!part.element.open || part.drawn === now) {
      return false;
    }
    part.drawn = now;
    part.stages.forEach((stage) => this.#drawStage(stage));
    return true;
  }

  /** @param {number} stage */
  #drawStage(stage) {
    const { letters, alphabet, places } = /** @type {Seen} */ (this.seen);
    const { name, from, heads, numbers } = places[this.position][stage];
    const { grid, from: told, heading, element } = this.stages[stage];
    const looks = heads > 1 && (name === "scores" || name === "weights");
    const columns = heads > 1 ? numbers.length / heads : numbers.length > 32 ? 16 : numbers.length;
    const cell = name === this.state.stage ? Number(this.state.cell) : grid.current;
    told.textContent = from;
    grid.show(numbers, columns, Math.min(cell, numbers.length - 1), {
      full: name === "weights" || name === "probabilities" ? 1 : undefined,
      name: (row, column) => this.#name(stage, row * columns + column),
    });
    element.classList.toggle("wide", looks && columns > 6);
    const above = looks ? letters.slice(0, columns) : columns === alphabet.length ? alphabet : [];
    heading.style.setProperty("--columns", String(columns));
    heading.replaceChildren(...above.map((letter) => h("span", mark(letter), letter)));
  }

  /** Marks the chosen cell, and no other. */
  #mark() {
    this.stages.forEach(({ grid }, stage) => {
      const { name, numbers } = /** @type {Seen} */ (this.seen).places[this.position][stage];
      this.#free(grid);
      if (name === this.state.stage && grid.cells.length > 0) {
        if (grid.current !== Math.min(Number(this.state.cell), numbers.length - 1)) {
          this.#drawStage(stage);
        }
        grid.cells[grid.current].setAttribute("aria-selected", "true");
      }
    });
  }

  #table() {
    const { alphabet, places } = /** @type {Seen} */ (this.seen);
    const place = places[this.position];
    const rows = place.slice(0, -2).flatMap(({ name, heads, numbers }) => {
      const width = heads > 1 ? numbers.length / heads : 16;
      return Array.from({ length: Math.ceil(numbers.length / width) }, (_, row) => {
        const label = heads > 1 ? `${name}, head ${row + 1}`
          : numbers.length > 16 ? `${name}, from ${row * width}` : name;
        return [label, ...numbers.subarray(row * width, (row + 1) * width)];
      });
    });
    const [logits, probabilities] = place.slice(-2);
    const head = ["stage", ...Array.from({ length: 16 }, (_, index) => String(index))];
    return h(
      "div", {},
      table("All stages but the last", head, rows),
      table("The guess", ["next", "logit", "probability"], alphabet.map((letter, token) =>
        [called(letter), logits.numbers[token], percent(probabilities.numbers[token])])),
    );
  }

  /**
   * Shows what made the cell under the pointer or with the focus; without one,
   * what made the chosen cell.
   * @param {Event} [event]
   */
  async #peek(event) {
    const target = /** @type {Element | undefined} */ (event?.target);
    const cell = target?.closest("[role=gridcell]");
    const found = cell && this.spots.get(/** @type {Element} */ (cell.closest("[role=grid]")));
    if (!found) {
      if (!event && this.peeked) {
        this.peeked = undefined;
        this.#showCell();
      }
      return;
    }
    const [grid, find] = found;
    const spot = find(grid.cells.indexOf(/** @type {HTMLElement} */ (cell)));
    this.peeked = spot;
    const behind = await this.#ask(spot).catch(() => null);
    if (behind && this.peeked === spot) {
      this.#showCell(spot, behind);
    }
  }

  /** @param {Spot} [spot] @param {Cell} [cell] */
  #showCell(spot, cell) {
    const chosen = { position: this.position, stage: this.#stage(this.state.stage), index: Number(this.state.cell) };
    const { position, stage, index } = spot ?? chosen;
    const { name, numbers } = /** @type {Seen} */ (this.seen).places[position][stage];
    const found = cell ?? /** @type {Cell} */ (this.cell);
    const at = Math.min(index, numbers.length - 1);
    const letter = /** @type {Seen} */ (this.seen).letters[position];
    const behind = /** @type {HTMLElement} */ (this.behind);
    behind.replaceChildren(
      h("p", {}, h("strong", {}, name), ` of ${letter}, ${this.#name(stage, at, position)}`),
      h("p", { class: "value" }, shown(found.value)),
      ...this.#why(found),
    );
  }

  /** The computation behind a number, written out. @param {Cell} cell */
  #why(cell) {
    const { kind, left_name, right_name, left, right, products, sum, value } = cell;
    const says = WORDS[kind];
    if (says) {
      return [h("p", {}, says(cell))];
    }
    if (kind === "sum") {
      return [h("p", {}, `${left_name} ${shown(left[0])} + ${right_name} ${shown(right[0])} = ${shown(value)}`)];
    }
    const terms = Array.from(left, (x, at) => `${shown(x)} × ${shown(right[at])}`);
    if (kind === "norm") {
      return [h("p", {}, `${left_name} × ${right_name}: ${terms[0]} = ${shown(value)}`)];
    }
    const end = kind === "scores"
      ? ` = ${shown(sum ?? NaN)}. Divided by √${left.length}: ${shown(value)}`
      : ` = ${shown(value)}`;
    return [
      h("p", {}, `${left_name} · ${right_name}:`),
      h("p", { class: "terms" }, ...terms.flatMap((term, at) => [
        at ? " + " : "", h("span", {}, term),
      ]), end),
      table("Product by product", ["", "left", "right", "product"],
        Array.from(products, (product, at) => [String(at), left[at], right[at], product])),
    ];
  }
}

customElements.define("gpt-inside", Inside);
