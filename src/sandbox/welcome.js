// @ts-check
/** Trains the model of the book as soon as somebody sees it, and lets it babble. */

import { BOOK, STEPS, WINDOW } from "./book.js";
import { Refusal, ask } from "./engine.js";
import { button, frame, h, still, svg } from "./dom.js";
import { Chart, runningMeans } from "./chart.js";
import { Widget } from "./widget.js";

class Welcome extends Widget {
  static defaults = { names: 5 };
  static label = "Sandbox: a GPT, trained in this page";
  static watch = "the curve. It falls while the model reads its first 1,000 "
    + "names; then the model makes up names of its own.";
  static hides = "how it works. That is the rest of the book.";

  /** @type {Float64Array} */
  losses = new Float64Array(0);
  /** Another number ends the training that is under way. */
  running = 0;

  /** @param {HTMLElement} body */
  build(body) {
    this.chart = new Chart({
      label: "The loss by step",
      height: 180,
      x: { min: 0, max: STEPS, label: "step", ticks: [0, 500, 1000] },
      y: { min: 2, max: 3.5, label: "loss", ticks: [2, 2.5, 3, 3.5] },
    });
    this.chart.draw = () => this.#draw();
    this.summary = h("p", { class: "summary" });
    this.names = h("p", { class: "names" });
    body.append(
      this.chart.element, this.summary, this.names,
      h("div", { class: "row" },
        button("Draw more names", () => this.more()),
        button("Train again", () => this.train())),
    );
  }

  async show() {
    const names = Number(this.state.names);
    if (!(names > 0 && names <= 100) || names % 1) {
      throw new Refusal(`the model draws 1 to 100 names, not “${this.state.names}”`);
    }
    if (!this.running) {
      await ask("train.toward", BOOK, 0);
      this.train();
    } else if (this.losses.length === STEPS) {
      const drawn = await ask("train.names", BOOK, names, 0.5);
      /** @type {HTMLElement} */ (this.names).textContent = drawn.join(", ");
    }
  }

  more() {
    const names = Math.min(Number(this.state.names) + 5, 100);
    this.set({ names });
  }

  /** From noise to names, in sight, unless the reader asked for less motion. */
  async train() {
    const run = this.running += 1;
    const summary = /** @type {HTMLElement} */ (this.summary);
    const start = performance.now();
    let steps = 0;
    let spent = 0;
    let losses = this.losses = new Float64Array(0);
    await ask("train.toward", BOOK, 0);
    while (run === this.running) {
      if (!still.matches || steps % STEPS === 0) {
        this.losses = losses.subarray(0, steps);
        this.#draw();
        summary.textContent = `Step ${steps} of ${STEPS}`;
      }
      if (steps === STEPS) {
        const all = performance.now() - start;
        summary.textContent = "All 4,192 weights were noise. After 1,000 steps, "
          + `which took this browser ${Math.round(spent)} milliseconds `
          + `(${Math.round(all)} with drawing the curve), the model makes up names:`;
        await this.show();
        this.tell(summary.textContent);
        return;
      }
      const done = await ask("train.toward", BOOK, STEPS);
      spent += done.spent;
      steps = done.steps;
      ({ losses } = await ask("train.look", BOOK, "wte"));
      await frame();
    }
  }

  #draw() {
    const { chart } = this;
    if (!chart || this.losses.length === 0) {
      return;
    }
    const means = runningMeans(this.losses, WINDOW);
    chart.marks.replaceChildren(
      svg("path", { d: chart.path(means), class: "line accent" }),
    );
    chart.svg.setAttribute("aria-label",
      `The loss by step: now ${means.at(-1)?.toFixed(2)}, the mean of the last ${WINDOW}`);
  }
}

customElements.define("gpt-welcome", Welcome);
