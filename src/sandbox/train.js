// @ts-check
/** Trains the model of the book, step by step or flat out. */

import { BOOK, STEPS, WINDOW } from "./book.js";
import { Refusal, ask } from "./engine.js";
import {
  Twin, button, frame, h, id, pause, put, read, shown, still, svg, table,
} from "./dom.js";
import { Choice, Slider, Text } from "./fields.js";
import { Chart, runningMeans } from "./chart.js";
import { Grid } from "./grid.js";
import { Widget, remember } from "./widget.js";

/** @typedef {import("./widget.js").State} State */

/** What is known of a weight at a step, in the order of the worker's answer. */
const LIFE = ["lr", "g", "m", "v", "m̂", "v̂", "Δ", "weight"];

/** Rates that suit: those of the chapters. @type {Record<string, number>} */
const RATES = { adam: BOOK.rate, sgd: 0.5 };

/** @param {State} state */
const choices = ({ optimizer, rate, own }) => ({ optimizer, rate, own });

/**
 * Ticks at the ends and in the middle of some numbers.
 * @param {ArrayLike<number>} numbers
 * @param {string} label
 */
function scaleOf(numbers, label) {
  let [min, max] = [Infinity, -Infinity];
  for (let index = 0; index < numbers.length; index += 1) {
    min = Math.min(min, numbers[index]);
    max = Math.max(max, numbers[index]);
  }
  if (!(min < max)) {
    const middle = Number.isFinite(min) ? min : 0;
    [min, max] = [middle - 1, middle + 1];
  }
  return { min, max, label, ticks: [min, max].map((end) => Number(end.toPrecision(2))) };
}

class Train extends Widget {
  static defaults = {
    step: 0, ...BOOK,
    document: "emma", matrix: "wte", row: 0, column: 0, of: "weights",
    plot: "weight",
  };
  static label = "Sandbox: train the model";
  static watch = "the mean. It falls from 3.30, the loss of a model that "
    + "knows nothing, while the single names jump around it.";
  static hides = "how well the model does on names that it never reads.";

  /** The chapter before Adam begins with plain descent. */
  get defaults() {
    const plain = { optimizer: "sgd", rate: RATES.sgd };
    return { ...Train.defaults, ...(this.dataset.part === "sgd" ? plain : {}) };
  }

  /** Another number ends the run that is under way. */
  running = 0;
  going = false;
  drawn = 0;
  /** @type {any} */
  seen = null;
  /** What the module says of the matrices. @type {any[]} */
  matrices = [];

  /** @param {HTMLElement} body */
  build(body) {
    this.play = button("Play", () => this.toggle("play"));
    this.all = button("To the end", () => this.toggle("all"));
    this.step = new Slider("Step", { min: 0, max: STEPS, step: 1 }, (typed, field) => {
      this.stop();
      this.setNumber("step", typed, field);
    });
    this.optimizer = new Choice("Optimizer", [["adam", "Adam"], ["sgd", "SGD"]],
      (value, field) => this.set({ optimizer: value, rate: RATES[value] }, field));
    this.rate = new Text("Learning rate of the first step", (typed, field) =>
      this.set({ rate: read(typed) }, field), { inputmode: "decimal", size: 8 });
    this.chart = new Chart({
      label: `Loss by step: a point for each name, and the mean of the last ${WINDOW}`,
      x: { min: 0, max: STEPS, label: "step", ticks: [0, 250, 500, 750, 1000] },
      y: { min: 1, max: 5, label: "loss", ticks: [1, 2, 3, 4, 5] },
    });
    this.summary = h("p", { class: "summary" });
    this.names = h("p", { class: "names" });
    this.proof = h("p", { class: "proof" });
    this.table = new Twin("The losses as a table", () => this.#losses());
    body.append(
      h("div", { class: "row" },
        button("Step", () => this.forward()), this.play, this.all),
      this.step.element,
      this.chart.element, this.summary, this.names, this.proof,
      this.table.element,
      h("div", { class: "row wide" },
        this.optimizer.element, this.rate.element),
      this.#buildDocument(), this.#buildWeights(),
    );
    this.chart.draw = () => this.#draw();
  }

  #buildDocument() {
    this.document = new Text("A document of yours", (typed, field) =>
      this.set({ document: typed }, field));
    this.letters = h("div", { class: "letters" });
    return h(
      "section", { "aria-label": "A document of yours" },
      h("div", { class: "row wide" }, this.document.element,
        button("Learn it in the next step", () => this.teach())),
      this.letters,
    );
  }

  #buildWeights() {
    const select = h("select", {
      id: id(),
      change: () => this.set({ matrix: select.value, row: 0, column: 0 }),
    });
    this.matrix = select;
    this.of = new Choice("Shown", [["weights", "weights"], ["gradients", "gradients"]],
      (value, field) => this.set({ of: value }, field));
    this.grid = new Grid("The matrix: choose a weight", (row, column) =>
      this.set({ row, column }));
    this.row = new Slider("Row", { min: 0, max: 63, step: 1 },
      (typed, field) => this.setNumber("row", typed, field));
    this.column = new Slider("Column", { min: 0, max: 63, step: 1 },
      (typed, field) => this.setNumber("column", typed, field));
    this.plot = new Choice("Drawn",
      LIFE.slice(1).map((name) => [name, name]),
      (value, field) => this.set({ plot: value }, field));
    this.history = new Chart({
      label: "The life of the chosen weight",
      height: 180,
      x: { min: 0, max: STEPS, label: "step", ticks: [0, 500, 1000] },
      y: { min: -1, max: 1, label: "", ticks: [] },
    });
    this.history.draw = () => this.#drawLife();
    this.now = h("dl", { class: "facts" });
    this.lives = new Twin("The life of the weight as a table", () => this.#lives());
    return h(
      "section", { "aria-label": "All 4,192 weights" },
      h("div", { class: "row wide" },
        h("div", { class: "field" },
          h("label", { for: select.id }, "Matrix"), select),
        this.of.element),
      h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "The matrix" },
        this.grid.element),
      h("div", { class: "row wide" }, this.row.element, this.column.element),
      this.now, this.plot.element, this.history.element, this.lives.element,
    );
  }

  clear() {
    this.stop();
  }

  stop() {
    this.running += 1;
    this.going = false;
    for (const [control, label] of [[this.play, "Play"], [this.all, "To the end"]]) {
      /** @type {HTMLElement} */ (control).textContent = String(label);
    }
  }

  forward() {
    this.stop();
    this.set({ step: Math.min(Number(this.state.step) + 1, STEPS) });
  }

  /** The choices; and who asks, for another Train may have made the same. */
  get run() {
    return { ...choices(this.state), who: this.who };
  }

  who = id();

  /** Begins to run, or stops. @param {"play" | "all"} way */
  async toggle(way) {
    const control = /** @type {HTMLElement} */ (way === "play" ? this.play : this.all);
    const pausing = control.textContent === "Pause";
    this.stop();
    if (pausing) {
      // What was left out on the way.
      await this.set({});
      return;
    }
    const run = this.running;
    this.going = true;
    control.textContent = "Pause";
    if (Number(this.state.step) === STEPS) {
      await this.set({ step: 0 });
    }
    while (run === this.running) {
      const before = Number(this.state.step);
      const next = way === "play"
        ? Math.min(before + (still.matches ? 25 : 1), STEPS)
        : (await ask("train.toward", this.run, STEPS)
          .catch(() => ({ steps: STEPS }))).steps;
      if (run !== this.running) {
        return;
      }
      await this.set({ step: next });
      if (Number(this.state.step) === before) {
        // It could not go on, and the page says why.
        this.stop();
        return;
      }
      if (Number(this.state.step) === STEPS) {
        break;
      }
      await (still.matches && way === "play" ? pause(500) : frame());
    }
    if (run === this.running) {
      this.stop();
      this.tell(this.summary?.textContent ?? "");
    }
  }

  async teach() {
    this.stop();
    const typed = this.document?.input.value;
    await this.set({ document: String(typed) }, this.document);
    const { step, own, document } = this.state;
    if (document !== typed) {
      return;
    }
    const next = Number(step) + 1;
    if (next > STEPS) {
      this.document?.refuse("The run is over: go back to an earlier step.");
      return;
    }
    const others = String(own).split(" ").filter((lesson) =>
      lesson && Number(lesson.split(":")[0]) < next);
    const lessons = [...others, `${next}:${String(document).trim()}`];
    this.set({ own: lessons.join(" "), step: next }, this.document);
  }

  async show() {
    const { state, run } = this;
    const [step, row, column] = [state.step, state.row, state.column].map(Number);
    for (const place of [state.row, state.column]) {
      if (!(Number.isInteger(place) && Number(place) >= 0)) {
        throw new Refusal(`a row or a column is a whole number, not “${place}”`);
      }
    }
    const matrices = this.matrices.length > 0
      ? this.matrices : await ask("train.matrices", run);
    const matrix = matrices.find((/** @type {any} */ { name }) => name === state.matrix);
    if (!matrix) {
      throw new Refusal(`there is no matrix called "${state.matrix}"`);
    }
    const { first, rows, columns } = matrix;
    const place = Math.min(row, rows - 1) * columns + Math.min(column, columns - 1);
    await ask("train.watch", run, first + place);
    for (let at = -1; at !== step;) {
      ({ steps: at } = await ask("train.toward", run, state.step));
    }
    // While it runs, what is slow to draw is drawn a few times a second.
    const whole = !this.going || step === STEPS || performance.now() > this.drawn + 250;
    const [seen, letters, names] = await Promise.all([
      ask("train.look", run, state.matrix),
      whole ? ask("train.surprise", run, state.document) : null,
      whole ? ask("train.names", run, step === STEPS ? 20 : 5, 0.5) : null,
    ]);
    this.seen = { ...seen, place, names: names ?? this.seen.names };
    this.#offer(matrices);
    this.#showControls(row, column, rows, columns);
    this.#showSummary(step);
    this.chart?.draw();
    if (whole) {
      remember({ ...choices(state), step });
      // Not all in one frame: that would be felt.
      this.#showLetters(letters);
      await frame();
      await this.#showMatrix();
      await frame();
      this.#showWeight();
      this.history?.draw();
      for (const twin of [this.table, this.lives]) {
        if (twin?.element.open) {
          await frame();
          twin.renew();
        }
      }
      this.drawn = performance.now();
    }
    await this.#prove(step);
  }

  /** Lists the matrices, once they are known. @param {any[]} matrices */
  #offer(matrices) {
    if (this.matrices.length === 0) {
      this.matrices = matrices;
      this.matrix?.append(...matrices.map(({ name, rows, columns }) =>
        h("option", { value: name }, `${name} (${rows} × ${columns})`)));
    }
  }

  /**
   * @param {number} row
   * @param {number} column
   * @param {number} rows
   * @param {number} columns
   */
  #showControls(row, column, rows, columns) {
    const { state } = this;
    put(this.step, state.step);
    put(this.optimizer, state.optimizer);
    put(this.rate, String(state.rate));
    put(this.document, state.document);
    put(this.matrix, state.matrix);
    put(this.of, state.of);
    put(this.plot, state.plot);
    for (const [control, value, count] of [[this.row, row, rows], [this.column, column, columns]]) {
      const slider = /** @type {Slider} */ (control);
      slider.range.max = Number(count) - 1;
      slider.slider.max = String(slider.range.max);
      slider.value = Math.min(Number(value), slider.range.max);
    }
  }

  /** @param {number} step */
  #showSummary(step) {
    const { losses, document, next, names } = this.seen;
    const last = losses.subarray(Math.max(0, step - WINDOW), step);
    const mean = runningMeans(last, WINDOW).at(-1);
    /** @type {HTMLElement} */ (this.summary).textContent = step === 0
      ? `Before the first step, all weights are noise. The first name is “${next}”.`
      : `Step ${step} of ${STEPS}, with “${document}”: loss ${losses[step - 1].toFixed(4)}. `
        + `Mean of the last ${last.length}: ${mean?.toFixed(3)}.`;
    /** @type {HTMLElement} */ (this.names).textContent =
      `It babbles, at temperature 0.5: ${names.map((/** @type {string} */ name) => name || "(nothing)").join(", ")}.`;
  }

  /** At the end of a run of the book: whether it is the book's. @param {number} step */
  async #prove(step) {
    const proof = /** @type {HTMLElement} */ (this.proof);
    const run = choices(this.state);
    if (step < STEPS || JSON.stringify(run) !== JSON.stringify(BOOK)) {
      proof.textContent = "";
      return;
    }
    const [digest, book] = await Promise.all([
      ask("train.digest", this.run),
      fetch(new URL("book.json", import.meta.url)).then((answer) => answer.json()),
    ]);
    const same = digest === book.digest;
    proof.textContent = same
      ? "Same as the book: 1,000 losses, 4,192 weights and 20 names, to the last bit."
      : "Not the same as the book: this browser computes something else. Please tell us.";
    proof.dataset.same = String(same);
  }

  #draw() {
    const { chart } = this;
    if (!chart || !this.seen) {
      return;
    }
    const step = Number(this.state.step);
    const { losses } = this.seen;
    const means = runningMeans(losses, WINDOW);
    chart.marks.replaceChildren(
      svg("path", { d: chart.path(means), class: "line faint" }),
      svg("path", { d: chart.dots(losses.subarray(0, step)), class: "dots" }),
      svg("path", { d: chart.path(means.subarray(0, step)), class: "line accent" }),
      svg("line", {
        x1: chart.x(0), x2: chart.x(STEPS), y1: chart.y(Math.log(27)), y2: chart.y(Math.log(27)),
        class: "line dashed",
      }),
      svg("text", { x: chart.x(STEPS), y: chart.y(Math.log(27)) - 5, "text-anchor": "end" },
        "a guess: 3.30"),
    );
  }

  #losses() {
    const step = Number(this.state.step);
    const past = this.seen.losses.subarray(0, step);
    const means = runningMeans(past, WINDOW);
    const rows = [];
    for (let at = 50; at <= step; at += 50) {
      rows.push([String(at), past[at - 1].toFixed(4), means[at - 1].toFixed(4)]);
    }
    return table("Losses", ["step", "loss", `mean of the last ${WINDOW}`], rows);
  }

  /** @param {Float64Array} losses */
  #showLetters(losses) {
    const letters = [...String(this.state.document).trim(), "end"];
    const columns = letters.map((letter, index) => {
      const bar = h("span", { class: "bar" });
      bar.style.setProperty("--share", `${Math.min(losses[index] / 8, 1) * 100}%`);
      return h("li", {}, bar, h("span", {}, letter), h("span", {}, losses[index].toFixed(2)));
    });
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    this.letters?.replaceChildren(
      h("p", {}, `The loss of each letter, and of the end; their mean is ${mean.toFixed(4)}.`),
      h("ol", {}, ...columns),
    );
  }

  /** All weights of the chosen matrix, or their gradients. */
  async #showMatrix() {
    const { weights, gradients, columns, place } = this.seen;
    const numbers = this.state.of === "gradients" ? gradients : weights;
    await this.grid?.show(numbers, columns, place);
  }

  /** What is known of the chosen weight at this step. */
  #showWeight() {
    const { weights, gradients, place, life } = this.seen;
    const last = life.subarray(life.length - LIFE.length);
    const now = [weights[place], gradients[place]];
    const facts = life.length === 0
      ? [["weight", shown(now[0])], ["g", "not computed yet"]]
      : LIFE.map((name, index) => [
        name === "weight" ? "weight after" : name,
        this.#is(index) ? shown(last[index]) : "none",
      ]);
    this.now?.replaceChildren(...facts.map(([name, value]) =>
      h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  /** Whether the optimizer has such a quantity: SGD keeps no means. @param {number} index */
  #is(index) {
    return this.state.optimizer !== "sgd" || index < 2 || index > 5;
  }

  /** One quantity of the weight's life, for all steps so far. */
  #story() {
    const { life } = this.seen;
    const index = LIFE.indexOf(String(this.state.plot));
    const count = this.#is(index) ? life.length / LIFE.length : 0;
    return Float64Array.from({ length: count }, (_, step) => life[step * LIFE.length + index]);
  }

  #drawLife() {
    const { history } = this;
    if (!history || !this.seen) {
      return;
    }
    const story = this.#story();
    const scale = scaleOf(story, String(this.state.plot));
    if (history.options.y.min !== scale.min || history.options.y.max !== scale.max
      || history.options.y.label !== scale.label) {
      history.scale = scale;
      return;
    }
    history.marks.replaceChildren(
      svg("path", { d: history.path(story), class: "line accent" }),
    );
  }

  #lives() {
    const { life } = this.seen;
    const rows = [];
    const count = life.length / LIFE.length;
    for (let step = 1; step <= count; step += 1) {
      if (step <= 10 || step % 50 === 0 || step === count) {
        const numbers = [...life.subarray((step - 1) * LIFE.length, step * LIFE.length)];
        rows.push([String(step), ...numbers.map((number, index) =>
          this.#is(index) ? number : "none")]);
      }
    }
    return table("The chosen weight", ["step", ...LIFE], rows);
  }
}

customElements.define("gpt-train", Train);
