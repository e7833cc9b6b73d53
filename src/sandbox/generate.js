// @ts-check
/** Lets a trained model write names, letter by letter. */

import { STEPS } from "./book.js";
import { Refusal, ask } from "./engine.js";
import { Twin, button, h, put, sentence, short, table } from "./dom.js";
import { Choice, Slider, Text } from "./fields.js";
import { Widget } from "./widget.js";

/** What each origin of a name is called. @type {Record<string, (steps: string) => string>} */
const ORIGINS = {
  TrainedOn: (steps) => `trained on in these ${steps}`,
  InTheFile: () => "in the file, but not trained on",
  New: () => "new",
};

/** @param {number} share */
function percent(share) {
  return share > 0 && share < 0.0005
    ? "under 0.1 %"
    : `${(share * 100).toFixed(1)} %`;
}

/** @param {number} number */
const count = (number) => number.toLocaleString("en");

/** @param {ArrayLike<number>} numbers */
const sum = (numbers) => Array.from(numbers).reduce((sum, number) => sum + number, 0);

/** @param {number} number @param {string} thing */
const many = (number, thing) => `${count(number)} ${thing}${number === 1 ? "" : "s"}`;

class Generate extends Widget {
  static defaults = { temperature: 0.5, seed: "", steps: STEPS, drawn: "", cache: "on" };
  static label = "Sandbox: let the model write names";
  static watch = "the bars and their ranks, while you move the temperature: the "
    + "bars grow and shrink, and no rank changes.";
  static hides = "where the logits come from, and how good the model is: a few "
    + "names prove little.";

  /** Another number stops the draws that are under way. */
  series = 0;
  /** @type {Promise<void>} */
  acting = Promise.resolve();
  /** @type {any} */
  seen = null;
  /** The place whose names are shown. */
  shownPlace = "";

  /** @param {HTMLElement} body */
  build(body) {
    this.temperature = new Slider("Temperature", { min: 0.1, max: 2, step: 0.01 },
      (typed, field) => this.setNumber("temperature", typed, field));
    this.said = h("ol", { class: "tokens", "aria-label": "The name so far" });
    this.bars = h("div", { class: "bars", role: "img" });
    this.summary = h("p", { class: "summary three" });
    this.again = button("Another draw", () => this.act("again"));
    this.numbers = new Twin("All 27 tokens as a table", () => this.#numbers());
    this.names = h("ol", { class: "drawn-names" });
    this.tally = h("p", { class: "summary" });
    this.seed = new Text("Seed of the dice (empty: the dice of the run)",
      (typed, field) => this.set({ seed: short(typed.trim()) }, field),
      { inputmode: "numeric", size: 20 });
    this.steps = new Slider("Training step", { min: 0, max: STEPS, step: 1 },
      (typed, field) => this.setNumber("steps", typed, field));
    body.append(
      this.temperature.element, this.said, this.bars,
      h("p", { class: "key" }, "Below each token is its rank: 1 is the most likely."),
      this.summary,
      h("div", { class: "row" },
        button("One letter", () => this.act("letter")), this.again,
        button("Whole name", () => this.act("name")),
        button("Twenty names", () => this.act("name", 20))),
      this.numbers.element,
      h("section", { "aria-label": "The names drawn" }, this.tally,
        h("div", {
          class: "scroll names-box", tabindex: "0", role: "group",
          "aria-label": "The names, and whether the model has seen them",
        }, this.names)),
      this.#buildCache(),
      h("section", { "aria-label": "The dice and the model" },
        h("div", { class: "row wide" }, this.seed.element, this.steps.element)),
    );
  }

  #buildCache() {
    this.cache = new Choice("Count the work when keys and values are",
      [["on", "kept (the cache)"], ["off", "computed again for each letter"]],
      (value, field) => this.set({ cache: value }, field));
    this.cost = h("p", { class: "summary three" });
    this.costs = new Twin("The count, token by token", () => this.#costs());
    return h("section", { "aria-label": "What the cache is worth" },
      this.cache.element, this.cost, this.costs.element);
  }

  clear() {
    this.series += 1;
  }

  /**
   * What everything follows from.
   * @returns {import("./worker/generate.js").Place}
   */
  #place() {
    const { steps, seed, drawn } = this.state;
    return {
      steps: this.steps?.read(String(steps)) ?? 0,
      seed: String(seed), drawn: String(drawn),
    };
  }

  /**
   * What the worker answers, once it has reached the place.
   * @param {"draw" | "look"} question
   * @param {...string} args
   */
  async #ask(question, ...args) {
    const place = this.#place();
    const { temperature } = this.state;
    const written = this.temperature?.read(String(temperature));
    let answer;
    do {
      // It goes on in pieces, so that other questions get their turn.
      answer = await ask(`generate.${question}`, place, String(written), ...args);
    } while (answer === undefined);
    return answer;
  }

  /**
   * Draws something, once or several times; what is asked for meanwhile waits.
   * @param {"letter" | "again" | "name"} what
   * @param {number} [times]
   */
  act(what, times = 1) {
    const { series } = this;
    this.acting = this.acting.then(async () => {
      for (let time = 0; time < times && series === this.series; time += 1) {
        const drawn = await this.#ask("draw", what);
        if (series === this.series) {
          await this.set({ drawn });
        }
      }
      const names = times > 1 ? this.tally : this.summary;
      this.tell(names?.textContent ?? "");
    }).catch((error) => {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      this.general?.say(sentence(error.message));
    });
    return this.acting;
  }

  async show() {
    const { temperature, seed, steps, cache } = this.state;
    const key = JSON.stringify(this.#place());
    this.seen = await this.#ask("look");
    const isMoved = key !== this.shownPlace;
    this.shownPlace = key;
    put(this.temperature, temperature);
    put(this.seed, seed);
    put(this.steps, steps);
    put(this.cache, cache === "off" ? "off" : "on");
    /** @type {HTMLElement} */ (this.summary).textContent = this.#sentence();
    this.#showBars();
    this.numbers?.renew();
    if (isMoved) {
      // The temperature alone changes none of these.
      this.#showName();
      this.#showNames();
    }
    this.#showCosts();
    this.costs?.renew();
  }

  /** What was read, and what was drawn. */
  #showName() {
    const { read, drawn, tokens } = this.seen;
    const items = Array.from(read, (id) => h("li", {}, tokens[id]));
    if (drawn !== undefined) {
      items.push(h("li", { class: "drawn" }, tokens[drawn]));
    }
    this.said?.replaceChildren(...items);
    this.again?.toggleAttribute("disabled", drawn === undefined);
  }

  #sentence() {
    const { read, drawn, finished, tokens, probs, ranks } = this.seen;
    const before = Array.from(read, (id) => tokens[id]).join(" ");
    if (drawn === undefined) {
      return `After ${before}: nothing is drawn yet. These are the `
        + "probabilities of the first letter.";
    }
    const name = tokens[drawn];
    const rank = ranks[drawn];
    const which = rank === 1 ? "the most likely token" : `the token of rank ${rank}`;
    const now = `After ${before} the dice gave ${name}, ${which}, which has a `
      + `probability of ${percent(probs[drawn])} at this temperature.`;
    if (!finished) {
      return now;
    }
    return name === "bos"
      ? `${now} So the name is finished.`
      : `${now} The block is full: so the name ends here, without bos.`;
  }

  #showBars() {
    const { bars } = this;
    const { tokens, probs, ranks, drawn } = this.seen;
    if (!bars) {
      return;
    }
    if (bars.children.length !== tokens.length) {
      bars.replaceChildren(...tokens.map((/** @type {string} */ token) => h(
        "span", { class: "column" },
        h("span", { class: "share" }),
        h("span", { class: "bar smooth" }),
        h("span", { class: "token" }, token),
        h("span", { class: "rank" }),
      )));
    }
    Array.from(bars.children, (column, id) => {
      const [share, , , rank] = /** @type {any} */ (column.children);
      const isMarked = ranks[id] === 1 || id === drawn;
      share.textContent = isMarked ? `${Math.round(probs[id] * 100)} %` : "";
      /** @type {HTMLElement} */ (column).style.setProperty("--share", probs[id].toFixed(4));
      rank.textContent = String(ranks[id]);
      column.classList.toggle("drawn", id === drawn);
    });
    const best = tokens
      .map((/** @type {string} */ token, /** @type {number} */ id) => [ranks[id], token, probs[id]])
      .sort((/** @type {any} */ a, /** @type {any} */ b) => a[0] - b[0])
      .slice(0, 3)
      .map((/** @type {any} */ [, token, share]) => `${token} ${percent(share)}`);
    bars.setAttribute("aria-label",
      `The probability of each token, with its rank. The most likely: ${best.join(", ")}.`);
  }

  #numbers() {
    const { tokens, logits, probs, ranks } = this.seen;
    const rows = tokens.map((/** @type {string} */ token, /** @type {number} */ id) =>
      [token, String(id), logits[id], probs[id], String(ranks[id])]);
    return table(`The next token at temperature ${this.state.temperature}`,
      ["token", "id", "logit", "probability", "rank"], rows);
  }

  #showNames() {
    const { names, origins } = this.seen;
    const steps = many(Number(this.state.steps), "step");
    const box = this.names?.parentElement;
    const grows = this.names?.children.length !== names.length;
    this.names?.replaceChildren(...names.map(
      (/** @type {string} */ name, /** @type {number} */ index) => h(
        "li", {}, h("strong", {}, name || "(nothing)"), ` ${ORIGINS[origins[index]](steps)}`,
      ),
    ));
    if (box && grows) {
      box.scrollTop = box.scrollHeight;
    }
    const of = (/** @type {string} */ origin) =>
      origins.filter((/** @type {string} */ other) => other === origin).length;
    const tally = /** @type {HTMLElement} */ (this.tally);
    tally.textContent = names.length === 0
      ? "No name is finished yet."
      : `${many(names.length, "name")}: `
        + `${of("TrainedOn")} trained on in these ${steps}, `
        + `${of("InTheFile")} in the file but not trained on, ${of("New")} new.`;
  }

  #showCosts() {
    const { read, costs: { cached, anew, same } } = this.seen;
    const kept = this.state.cache !== "off";
    const { length } = read;
    /** @type {[string, number, number[]][]} */
    const ways = [
      ["with", length, cached], ["without", length * (length + 1) / 2, anew],
    ];
    const [[used, readings, now], [other, others, then]] = kept ? ways : ways.reverse();
    const sentence = `To read the ${many(length, "token")} so far, the model needs `
      + `${many(readings, "reading")} and ${count(sum(now))} multiplications `
      + `${used} the cache; ${other} it, ${others} and ${count(sum(then))}. `
      + (same
        ? "We did both, and the logits are the same to the last bit."
        : "We did both, and the logits differ: please tell us.");
    const cost = /** @type {HTMLElement} */ (this.cost);
    if (cost.textContent !== sentence) {
      cost.textContent = sentence;
      cost.dataset.same = String(same);
    }
  }

  #costs() {
    const { read, tokens, costs: { cached, anew } } = this.seen;
    const rows = Array.from(read, (id, index) =>
      [`${tokens[id]}`, count(cached[index]), count(anew[index])]);
    rows.push(["all", count(sum(cached)), count(sum(anew))]);
    return table("Products of two numbers, also those inside a dot product. "
      + "Divisions, powers and exponentials are not counted.",
    ["token read", "with the cache", "without"], rows);
  }
}

customElements.define("gpt-generate", Generate);
