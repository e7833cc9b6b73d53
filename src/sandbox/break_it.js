// @ts-check
/** Trains the model with one part broken, over the curve of the whole one. */

import { STEPS, WINDOW } from "./book.js";
import { Refusal, ask } from "./engine.js";
import { Twin, button, frame, h, still, svg, table } from "./dom.js";
import { Choice } from "./fields.js";
import { Chart, runningMeans } from "./chart.js";
import { Widget } from "./widget.js";

/** The highest mean that is drawn. */
const TOP = 4;

const WHOLE = "nothing broken";

/** What can be broken, in the words of the report. */
const PARTS = [
  "no residual", "no norm", "no 1/sqrt(d)", "no positions", "no attention",
  "no MLP", "= for +=", "no zeroing", "no bias correction",
];

/** @param {ArrayLike<number>} losses */
const meansOf = (losses) => runningMeans(losses, WINDOW).subarray(WINDOW - 1);

/** @param {number | undefined} number */
const decimal = (number) => number === undefined ? "" : number.toFixed(3);

class BreakIt extends Widget {
  static defaults = { part: PARTS[0], step: 0 };
  /** Links from before the widget had its present name go on working. */
  static key = "break";
  static label = "Sandbox: break one part";
  static watch = "whether the strong line leaves the dotted one, and whether it "
    + "comes back.";
  static hides = "what a part is worth after more steps, in a deeper model, or "
    + "with other dice.";

  running = 0;
  /** What is shown: of the broken model, and of the whole one. @type {any} */
  seen = null;
  /** @type {any} */
  whole = null;

  /** @param {HTMLElement} body */
  build(body) {
    this.choice = new Choice("What is broken",
      PARTS.map((part) => [part, part]),
      (part, field) => {
        this.stop();
        this.set({ part, step: 0 }, field);
      });
    this.play = button("Train", () => this.toggle());
    this.chart = new Chart({
      label: `The mean of the last ${WINDOW} losses, with one part broken and with none`,
      x: { min: 0, max: STEPS, label: "step", ticks: [0, 250, 500, 750, 1000] },
      y: { min: 2, max: TOP, label: "loss", ticks: [2, 2.5, 3, 3.5, 4] },
    });
    this.chart.draw = () => this.#draw();
    this.key = h("p", { class: "key" });
    this.summary = h("p", { class: "summary two" });
    this.report = h("div", {
      class: "scroll report", tabindex: "0", role: "group", "aria-label": "The report",
    });
    this.curves = new Twin("The curves as a table", () => this.#curves());
    body.append(
      this.choice.element,
      h("div", { class: "row" }, this.play),
      this.chart.element, this.key, this.summary, this.report, this.curves.element,
    );
  }

  clear() {
    this.stop();
  }

  stop() {
    this.running += 1;
    if (this.play) {
      this.play.textContent = "Train";
    }
  }

  /** Begins to train, goes on, or pauses. */
  async toggle() {
    const pausing = this.play?.textContent === "Pause";
    this.stop();
    if (pausing) {
      return;
    }
    const run = this.running;
    /** @type {HTMLElement} */ (this.play).textContent = "Pause";
    // What was chosen just now comes first.
    await this.set({});
    const part = String(this.state.part);
    if (this.seen.isAtEnd) {
      await this.set({ step: 0 });
    }
    while (run === this.running && !this.seen.isAtEnd) {
      const before = Number(this.state.step);
      const step = await this.#next(part, before);
      if (run !== this.running) {
        // It was stopped meanwhile, perhaps for another part.
        break;
      }
      await this.set({ step });
      if (Number(this.state.step) === before && !this.seen.isAtEnd) {
        break;
      }
      await frame();
    }
    if (run === this.running) {
      this.stop();
      await this.set({});
      this.tell(this.summary?.textContent ?? "");
    }
  }

  /**
   * The step to show next; what was trained before is only drawn again.
   * @param {string} part
   * @param {number} step
   */
  async #next(part, step) {
    const run = this.running;
    while (!await ask("break_it.toward", part, STEPS)
      && still.matches && run === this.running) {
      // Without motion there is nothing to see before the end.
    }
    const trained = await ask("break_it.steps", part);
    return still.matches ? trained : Math.min(trained, step + 20);
  }

  async show() {
    const part = String(this.state.part);
    const step = Number(this.state.step);
    if (!PARTS.includes(part)) {
      throw new Refusal(`there is no part called "${part}"`);
    }
    if (!(step >= 0 && step <= STEPS && step % 1 === 0)) {
      throw new Refusal(
        `a step is a whole number from 0 to ${STEPS}, not “${this.state.step}”`,
      );
    }
    for (const [name, end] of /** @type {[string, number][]} */ ([[WHOLE, STEPS], [part, step]])) {
      while (!await ask("break_it.toward", name, end)) {
        // It goes on in pieces, so that other questions get their turn.
      }
    }
    const [whole, broken] = await Promise.all([
      this.whole ?? ask("break_it.look", WHOLE), ask("break_it.look", part),
    ]);
    this.whole = whole;
    const { failed } = broken;
    const last = failed ?? STEPS;
    const isAtEnd = step >= last;
    this.state.step = Math.min(step, last);
    this.seen = {
      broken, isAtEnd, failed: isAtEnd ? failed : undefined,
      losses: broken.losses.subarray(0, step),
    };
    if (this.choice) {
      this.choice.value = part;
    }
    if (this.key) {
      this.key.textContent = `The mean of the last ${WINDOW} losses. Strong: `
        + `${part}. Dotted: ${WHOLE}. Above ${TOP}, it is drawn at ${TOP}.`;
    }
    this.chart?.draw();
    this.#showSummary(part);
    this.#showReport(part);
    this.curves?.renew();
  }

  /** @param {string} part */
  #showSummary(part) {
    const { losses, isAtEnd, failed } = this.seen;
    const step = losses.length;
    const mean = runningMeans(losses, WINDOW).at(-1);
    const summary = /** @type {HTMLElement} */ (this.summary);
    if (failed !== undefined) {
      summary.textContent = `With ${part}, training fails at step ${failed}: its loss is not a finite number.`;
    } else if (isAtEnd) {
      summary.textContent = `With ${part}, the last hundred losses have a mean of `
        + `${decimal(this.seen.broken.last)}. With nothing broken it is ${decimal(this.whole.last)}.`;
    } else if (step === 0) {
      summary.textContent = `Guess how the line of “${part}” will run. Then train.`;
    } else {
      summary.textContent = `Step ${step} of ${STEPS}: the mean of the last `
        + `${Math.min(step, WINDOW)} losses is ${decimal(mean)}.`;
    }
  }

  /** The lines of the report: those of the example. @param {string} part */
  #showReport(part) {
    const { broken, isAtEnd, failed, losses } = this.seen;
    const { whole } = this;
    const first = losses.length >= 100 ? decimal(broken.first) : "";
    const row = failed !== undefined
      ? [part, first, `fails at ${failed}`, ""]
      : [part, first, ...isAtEnd ? [decimal(broken.last), broken.names] : ["", ""]];
    this.report?.replaceChildren(table(
      "The mean losses of steps 1–100 and 901–1000, and three names that the model draws",
      ["broken part", "1–100", "901–1000", "names"],
      [[WHOLE, decimal(whole.first), decimal(whole.last), whole.names], row],
    ));
  }

  #draw() {
    const { chart, whole } = this;
    if (!chart || !whole || !this.seen) {
      return;
    }
    const { losses, failed } = this.seen;
    /** @type {SVGElement[]} */
    const marks = [
      svg("path", { d: chart.path(meansOf(whole.losses), WINDOW), class: "line dotted" }),
      svg("path", { d: chart.path(meansOf(losses), WINDOW), class: "line accent" }),
    ];
    if (failed !== undefined) {
      const x = chart.x(failed);
      marks.push(
        svg("line", { x1: x, x2: x, y1: chart.y(TOP), y2: chart.y(2), class: "line" }),
        svg("text", { x: x + 6, y: chart.y(TOP) + 16 }, `fails at ${failed}`),
      );
    }
    chart.marks.replaceChildren(...marks);
  }

  #curves() {
    const [whole, broken] = [this.whole.losses, this.seen.losses]
      .map((losses) => runningMeans(losses, WINDOW));
    const rows = [];
    for (let step = WINDOW; step <= STEPS; step += WINDOW) {
      rows.push([String(step), decimal(whole[step - 1]), decimal(broken[step - 1])]);
    }
    return table(`The mean of the last ${WINDOW} losses`,
      ["step", WHOLE, String(this.state.part)], rows);
  }
}

customElements.define("gpt-break-it", BreakIt);
