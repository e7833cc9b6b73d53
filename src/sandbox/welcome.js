// @ts-check
/** Trains the model of the book as soon as somebody sees it, and lets it babble. */

import { BOOK, STEPS, WINDOW } from "./book.js";
import { ask } from "./engine.js";
import { Chart, Widget, button, frame, h, runningMeans, svg } from "./kit.js";

class Welcome extends Widget {
  static defaults = { names: 5 };
  static label = "Sandbox: a GPT, trained in this page";
  static watch = "the curve. It falls while the model reads its first 1,000 "
    + "names; then the model makes up names of its own.";
  static hides = "how it works. That is the rest of the book.";

  /** @type {Float64Array} */
  losses = new Float64Array(0);

  /** @param {HTMLElement} body */
  build(body) {
    this.chart = new Chart({
      label: "The loss falls from 3.3 to about 2.3 in a thousand steps",
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
    if (this.losses.length < STEPS) {
      await ask("train.toward", BOOK, 0);
      this.train();
      return;
    }
    const names = await ask("train.names", BOOK, Number(this.state.names), 0.5);
    /** @type {HTMLElement} */ (this.names).textContent = names.join(", ");
  }

  more() {
    const names = Math.min(Number(this.state.names) + 5, 100);
    this.set({ names });
  }

  /** From noise to names, in sight. */
  async train() {
    const summary = /** @type {HTMLElement} */ (this.summary);
    const start = performance.now();
    let spent = 0;
    await ask("train.toward", BOOK, 0);
    for (let steps = 0; steps < STEPS;) {
      const done = await ask("train.toward", BOOK, STEPS);
      steps = done.steps;
      spent += done.spent;
      this.losses = (await ask("train.look", BOOK, "wte")).losses.subarray(0, steps);
      this.#draw();
      summary.textContent = `Step ${steps} of ${STEPS}`;
      await frame();
    }
    const all = performance.now() - start;
    summary.textContent = "All 4,192 weights were noise. After 1,000 steps, "
      + `which took this browser ${Math.round(spent)} milliseconds `
      + `(${Math.round(all)} with drawing the curve), the model makes up names:`;
    await this.set({});
    this.tell(summary.textContent);
  }

  #draw() {
    const { chart } = this;
    if (!chart || this.losses.length === 0) {
      return;
    }
    chart.marks.replaceChildren(
      svg("path", { d: chart.path(runningMeans(this.losses, WINDOW)), class: "line accent" }),
    );
  }
}

customElements.define("gpt-welcome", Welcome);
