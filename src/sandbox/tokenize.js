// @ts-check
/** Shows any text as tokens, and what is to be predicted from it. */

import { Refusal, ask } from "./engine.js";
import { h, short, table } from "./dom.js";
import { Text } from "./fields.js";
import { Widget } from "./widget.js";

class Tokenize extends Widget {
  static defaults = { text: "emma" };
  static label = "Sandbox: a text as tokens";
  static watch = "the first token and the last: bos gives the model something "
    + "to begin with, and is the right answer at the end.";
  static hides = "how likely each answer is. For that we need a model.";

  /** @param {HTMLElement} body */
  build(body) {
    this.text = new Text("A text", (text, field) => this.set({ text }, field));
    this.marked = h("p", { class: "marked" });
    this.text.element.append(this.marked);
    this.tokens = h("ol", { class: "tokens" });
    this.summary = h("p", { class: "summary" });
    this.pairs = h("div", {
      class: "scroll pairs", tabindex: "0", role: "group",
      "aria-label": "What is predicted from what",
    });
    body.append(this.text.element, this.tokens, this.summary, this.pairs);
  }

  async show() {
    const text = String(this.state.text);
    const { ids, tokens, blockSize } = await this.#encode(text);
    const name = short(text.trim());
    if (this.text) {
      this.text.value = text;
    }
    this.marked?.replaceChildren();
    this.tokens?.setAttribute("aria-label", `The tokens of “${name}”`);
    this.tokens?.replaceChildren(...tokens.map(
      (/** @type {string} */ token, /** @type {number} */ index) => h(
        "li", {}, h("span", {}, token), " ", h("span", { class: "id" }, String(ids[index])),
      ),
    ));
    const summary = this.#summary(name, ids.length, blockSize);
    if (this.summary && this.summary.textContent !== summary) {
      this.summary.textContent = summary;
      this.tell(summary);
    }
    const rows = tokens.slice(1).map(
      (/** @type {string} */ token, /** @type {number} */ index) =>
        [tokens.slice(0, index + 1).join(" "), token],
    );
    this.pairs?.replaceChildren(table(
      `What is predicted from what in “${name}”`,
      ["from this", "predict that"], rows,
    ));
  }

  /**
   * The answer of the crate; what it refuses is also marked in the text.
   * @param {string} text
   */
  async #encode(text) {
    try {
      return await ask("tokenize.encode", text);
    } catch (error) {
      if (error instanceof Refusal) {
        await this.#mark(text);
      }
      throw error;
    }
  }

  /** @param {string} text */
  async #mark(text) {
    const pieces = await ask("tokenize.unknown", text);
    const marked = pieces.map(
      (/** @type {string} */ piece, /** @type {number} */ index) =>
        index % 2 === 0 ? piece : h("mark", {}, piece === " " ? "␣" : piece),
    );
    this.marked?.replaceChildren(
      ...(marked.length > 1 ? ["Not in the alphabet: ", ...marked] : []),
    );
  }

  /**
   * @param {string} text
   * @param {number} count
   * @param {number} blockSize
   */
  #summary(text, count, blockSize) {
    const letters = count - 2;
    const all = `“${text}” has ${letters} ${letters === 1 ? "letter" : "letters"}`
      + ` and ${count} tokens, and makes ${count - 1} predictions.`;
    return count - 1 <= blockSize
      ? all
      : `${all} The book's model reads ${blockSize} tokens at most, and makes `
        + `only the first ${blockSize} of them.`;
  }
}

customElements.define("gpt-tokenize", Tokenize);
