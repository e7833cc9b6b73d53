// @ts-check
/** Puts an expression on a tape, and walks back edge by edge. */

import { Refusal, ask } from "./engine.js";
import { Twin, button, h, id, numberOf, short, shown, still, svg, table } from "./dom.js";
import { Slider, Text } from "./fields.js";
import { Widget } from "./widget.js";

/** @typedef {import("./fields.js").Field} Field */

/**
 * A node; `place` is its index on the tape, 0 for constants.
 * @typedef {{
 *   label: string, name: string, text: string, place: number, value: number,
 *   gradient: number,
 * }} Node
 * @typedef {{ from: number, to: number, slope: number }} Edge
 * @typedef {{ gradient: number, given: number, sum: number }} Step
 * @typedef {{ x: number, y: number }} Point
 */

/** Each with its text and its numbers. The crate's tests read these lines. */
const PRESETS = [
  ["used twice, twice over", "b = a+a; c = b+b", "a=3"],
  ["the table of this chapter", "c = a*b + a", "a=2 b=-3"],
  ["the example of this chapter", "exp(a*b + a)/a + b**2", "a=2 b=-3"],
  ["a neuron", "relu(w1*x1 + w2*x2 + b)", "w1=0.5 x1=2 w2=-1 x2=1.5 b=1"],
  ["a neuron that is off", "relu(w1*x1 + w2*x2 + b)", "w1=0.5 x1=2 w2=-1 x2=1.5 b=-1"],
  ["there and back", "log(exp(a))", "a=1.5"],
  ["the loss of a line", "(w*x + b - y)**2", "w=3 x=2 b=-1 y=4"],
  ["surprise after softmax", "p = exp(a) / (exp(a) + exp(b)); -log(p)", "a=1 b=2"],
  ["a root mean square", "((a**2 + b**2) / 2 + 1e-5)**0.5", "a=3 b=-4"],
  ["a kink, where trying fails", "relu(a)", "a=0"],
];

const ROUNDS = 3;
const RANGE = { min: -10, max: 10, step: 0.1 };

/** The size of a box, and the room beside and below it. */
const [WIDTH, HEIGHT, BESIDE, BELOW] = [164, 74, 80, 20];
/** The room of an edge that passes between boxes. */
const PASSAGE = 22;

/** A number with the digits that it needs, four at most. @param {number} number */
function brief(number) {
  const text = String(Number(number.toPrecision(4)));
  return text.length <= 8 ? text.replaceAll("-", "−") : shown(number);
}

/**
 * Numbers by name, from a text such as `a=2 b=-3`.
 * @param {string} text
 */
function numbers(text) {
  /** @type {Record<string, number>} */
  const found = Object.create(null);
  for (const pair of text.split(" ").filter(Boolean)) {
    const [name, value] = pair.split("=");
    const number = value?.trim() ? Number(value) : NaN;
    if (!(number >= RANGE.min && number <= RANGE.max)) {
      throw new Refusal(
        `a variable is a number from ${RANGE.min} to ${RANGE.max}, not “${short(pair)}”`,
      );
    }
    found[name] = number;
  }
  return found;
}

/** The expression, with a mark under the character that is wrong. */
class Source extends Text {
  /** @param {(text: string, field: Field) => void} changed */
  constructor(changed) {
    super("Expression", changed, { class: "source" });
    this.mark = h("p", { class: "pointed", "aria-hidden": "true" });
    this.element.append(this.mark);
    this.text = "";
    this.place = 0;
  }

  /** @param {string} sentence */
  say(sentence) {
    super.say(sentence);
    const letters = [...this.text];
    const { place } = this;
    this.mark?.replaceChildren(...sentence && this.text ? [
      letters.slice(0, place).join(""),
      h("mark", {}, letters[place] ?? "\u00a0"),
      letters.slice(place + 1, place + 40).join(""),
    ] : []);
  }
}

/** A variable: its number, and what is known of its slope. */
class Variable extends Slider {
  /**
   * @param {string} name
   * @param {(typed: string, field: Field) => void} changed
   */
  constructor(name, changed) {
    super(name, RANGE, changed);
    this.found = h("p", { class: "found" });
    this.element.append(this.found);
  }
}

/**
 * The layer of each node: the inputs are left of what is computed from them.
 * @param {Node[]} nodes
 * @param {Edge[]} edges
 */
function layersOf(nodes, edges) {
  const layers = nodes.map(() => 0);
  // Inputs come first in the list.
  nodes.forEach((_, node) => {
    for (const { from, to } of edges) {
      if (from === node) {
        layers[node] = Math.max(layers[node], layers[to] + 1);
      }
    }
  });
  nodes.forEach(({ place }, node) => {
    const after = edges.filter(({ to }) => to === node).map(({ from }) => layers[from]);
    if (place === 0 && after.length > 0) {
      layers[node] = Math.min(...after) - 1;
    }
  });
  return layers;
}

/**
 * Places for all boxes, and for each edge the points that it passes.
 * @param {Node[]} nodes
 * @param {Edge[]} edges
 */
function layout(nodes, edges) {
  const layer = layersOf(nodes, edges);
  /** @typedef {{ layer: number, order: number, y: number, high: number, beside: Item[] }} Item */
  /** @param {number} at @returns {Item} */
  const item = (at, high = HEIGHT + BELOW) =>
    ({ layer: at, order: 0, y: 0, high, beside: [] });
  const boxes = layer.map((at) => item(at));
  const columns = Array.from({ length: Math.max(...layer) + 1 }, () =>
    /** @type {Item[]} */ ([]));
  boxes.forEach((box) => columns[box.layer].push(box));
  const ways = edges.map(({ from, to }) => {
    const way = [boxes[to]];
    for (let at = layer[to] + 1; at < layer[from]; at += 1) {
      const passage = item(at, PASSAGE);
      columns[at].push(passage);
      way.push(passage);
    }
    way.push(boxes[from]);
    way.slice(1).forEach((next, index) => {
      next.beside.push(way[index]);
      way[index].beside.push(next);
    });
    return way;
  });
  const stack = (/** @type {Item[]} */ column) => {
    let y = -column.reduce((sum, { high }) => sum + high, 0) / 2;
    column.forEach((it, order) => {
      it.order = order;
      it.y = y + it.high / 2;
      y += it.high;
    });
  };
  columns.forEach(stack);
  // Each goes to the middle of its neighbours, to and fro.
  for (let sweep = 0; sweep < 8; sweep += 1) {
    const side = sweep % 2 ? 1 : -1;
    for (const column of sweep % 2 ? [...columns].reverse() : columns) {
      const middle = new Map(column.map((it) => {
        const ys = it.beside.filter((other) => other.layer === it.layer + side)
          .map(({ y }) => y);
        return [it, ys.length ? ys.reduce((sum, y) => sum + y) / ys.length : it.y];
      }));
      column.sort((one, other) =>
        Number(middle.get(one)) - Number(middle.get(other)) || one.order - other.order);
      stack(column);
    }
  }
  const height = Math.max(...columns.map((column) =>
    column.reduce((sum, { high }) => sum + high, 0)));
  const point = (/** @type {Item} */ it) => ({
    x: it.layer * (WIDTH + BESIDE) + 4,
    y: it.y + height / 2,
  });
  return {
    width: columns.length * (WIDTH + BESIDE) - BESIDE + 8,
    height,
    boxes: boxes.map(point),
    ways: ways.map((way) => way.map(point)),
  };
}

/**
 * The height of an end among all edges at the same side of a box.
 * @param {Point} box
 * @param {number} index
 * @param {number} count
 */
const port = ({ y }, index, count) =>
  y - HEIGHT / 2 + HEIGHT * (index + 1) / (count + 1);

/**
 * For each edge, its line and its two ends.
 * @param {Edge[]} edges
 * @param {ReturnType<typeof layout>} plan
 */
function lines(edges, { ways }) {
  /** @param {"from" | "to"} end @param {(way: Point[]) => number} y */
  const ports = (end, y) => edges.map((edge, index) => {
    const all = edges.map((_, other) => other)
      .filter((other) => edges[other][end] === edge[end])
      .sort((one, other) => y(ways[one]) - y(ways[other]) || one - other);
    return [all.indexOf(index), all.length];
  });
  const into = ports("from", (way) => way.at(-2)?.y ?? 0);
  const outOf = ports("to", (way) => way[1].y);
  return edges.map((_, edge) => {
    const way = ways[edge];
    const last = way[way.length - 1];
    const start = { x: way[0].x + WIDTH, y: port(way[0], outOf[edge][0], outOf[edge][1]) };
    const end = { x: last.x, y: port(last, into[edge][0], into[edge][1]) };
    let { x, y } = start;
    let line = `M${x} ${y}`;
    const to = (/** @type {Point} */ next) => {
      const middle = (x + next.x) / 2;
      line += `C${middle} ${y} ${middle} ${next.y} ${next.x} ${next.y}`;
      ({ x, y } = next);
    };
    for (const passage of way.slice(1, -1)) {
      to(passage);
      x += WIDTH;
      line += `H${x}`;
    }
    to(end);
    return { line, start, end };
  });
}

class Expression extends Widget {
  static defaults = { text: PRESETS[0][1], at: PRESETS[0][2], step: 0, round: 1 };
  static label = "Sandbox: an expression on a tape";
  static watch = "a node hands its gradient on only when all of it has arrived, "
    + "and what arrives along several edges is added up.";
  static hides = "how long tapes get: one step of the GPT writes thousands of "
    + "nodes, and walks them in just this way.";

  /** The number of each variable there ever was. @type {Record<string, number>} */
  known = Object.create(null);
  /** The variables of what is drawn. @type {string[]} */
  names = [];
  /** @type {Map<string, Variable>} */
  variables = new Map();
  /** @type {Node[]} */
  nodes = [];
  /** @type {Edge[]} */
  edges = [];
  /** @type {Step[]} */
  steps = [];
  /** How many edges are walked in a round, and how many are not. */
  walked = 0;
  apart = 0;
  result = 0;
  /** @type {number[]} */
  tried = [];
  /**
   * A text that only needs other numbers, and its variables.
   * @type {{ text: string, variables: string[] } | undefined}
   */
  pending;

  /** @param {HTMLElement} body */
  build(body) {
    const select = h("select", {
      id: id(),
      change: () => this.#choose(PRESETS[Number(select.value)]),
    }, h("option", { value: "-1" }, "your own"),
    ...PRESETS.map(([name], index) => h("option", { value: index }, name)));
    this.preset = select;
    this.source = new Source((text, field) =>
      this.set({ text, step: 0, round: 1 }, field));
    this.inputs = h("div", { class: "inputs" });
    this.now = h("p", { class: "now" });
    this.drawing = h("div", {
      class: "scroll graph", tabindex: "0", role: "group", "aria-label": "The graph",
    });
    this.twin = new Twin("The graph as a table", () => this.#table());
    this.forth = button("Step", () => this.#go(1));
    this.back = button("Back", () => this.#go(-1));
    this.all = button("All", () => this.#go(Infinity));
    this.over = button("Start over", () => this.#move(0, 1));
    this.again = button("Backward again", () => this.#again());
    body.append(
      h("div", { class: "row wide top" },
        h("div", { class: "field" }, h("label", { for: select.id }, "Example"), select),
        this.source.element),
      this.inputs,
      h("div", { class: "row" }, this.forth, this.back, this.all, this.over, this.again),
      this.now, this.drawing, this.twin.element,
    );
  }

  /** @param {string[]} preset */
  #choose(preset) {
    if (preset) {
      const [, text, at] = preset;
      this.set({ text, at, step: 0, round: 1 });
    }
  }

  /** All steps of a round: first the result's own gradient, then the edges. */
  get #last() {
    return this.nodes[this.result]?.place === 0 ? 0 : this.walked + 1;
  }

  /** Goes on or back; at the ends nothing happens. @param {number} steps */
  #go(steps) {
    const [step, round] = [Number(this.state.step), Number(this.state.round)];
    const next = step + steps;
    if (next < 1 && round > 1) {
      this.#move(this.#last, round - 1);
    } else {
      this.#move(Math.max(0, Math.min(next, this.#last)), round);
    }
  }

  #again() {
    const { step, round } = this.state;
    if (step === this.#last && this.#last > 0 && Number(round) < ROUNDS) {
      this.#move(1, Number(round) + 1);
    }
  }

  /** @param {number} step @param {number} round */
  async #move(step, round) {
    if (this.state.step !== step || this.state.round !== round) {
      await this.set({ step, round });
      this.tell(this.now?.textContent ?? "");
      this.#follow();
    }
  }

  async show() {
    const { text, at, step } = this.state;
    const round = step === 0 ? 1 : this.state.round;
    // A variable may be called what every object has.
    const known = Object.assign(Object.create(null), this.known, numbers(String(at)));
    if (!(Number.isInteger(round) && Number(round) >= 1 && Number(round) <= ROUNDS)) {
      throw new Refusal(`a round is a whole number from 1 to ${ROUNDS}, not “${round}”`);
    }
    const found = await ask("expression.graph", text, known, round);
    if (found.sentence) {
      this.#refuse(String(text), found);
    }
    const edges = found.edges.length / 3 - found.apart;
    if (!(Number.isInteger(step) && Number(step) >= 0 && Number(step) <= edges + 1)) {
      throw new Refusal(`there is no step “${step}”: the last is ${edges + 1}`);
    }
    this.#take(String(text), found);
    this.known = known;
    this.pending = undefined;
    const pairs = found.variables.map((/** @type {string} */ name, /** @type {number} */ index) => {
      this.known[name] = found.at[index];
      return `${name}=${found.at[index]}`;
    });
    Object.assign(this.state, { at: pairs.join(" "), round });
    this.#showControls(found.variables);
    this.#showNow();
    this.#draw();
    this.twin?.renew();
  }

  /**
   * @param {string} text
   * @param {{ sentence: string, place: number, variables?: string[], at: number[] }} mistake
   * @returns {never}
   */
  #refuse(text, { sentence, place, variables, at }) {
    const { source } = this;
    if (source) {
      [source.text, source.place] = [text, place];
    }
    this.pending = variables && { text, variables };
    if (variables) {
      const more = variables.filter((name) => !this.names.includes(name));
      this.#offer([...this.names, ...more]);
      for (const name of more) {
        /** @type {Variable} */ (this.variables.get(name)).value = at[variables.indexOf(name)];
      }
    }
    const end = [...text].length;
    const where = place < end ? `at character ${place + 1}: ` : "";
    throw new Refusal(where + sentence);
  }

  /**
   * @param {string} text
   * @param {any} found what the worker says
   */
  #take(text, { labels, names, nodes, edges, steps, tried, result, apart }) {
    this.nodes = labels.map((/** @type {string} */ label, /** @type {number} */ index) => {
      const [start, end, place, value, gradient] = nodes.subarray(index * 5);
      const own = text.slice(start, end);
      return { label, name: names[index], text: own, place, value, gradient };
    });
    this.edges = [];
    for (let at = 0; at < edges.length; at += 3) {
      const [from, to, slope] = edges.subarray(at);
      this.edges.push({ from, to, slope });
    }
    this.steps = [];
    for (let at = 0; at < steps.length; at += 3) {
      const [gradient, given, sum] = steps.subarray(at);
      this.steps.push({ gradient, given, sum });
    }
    this.walked = this.edges.length - apart;
    Object.assign(this, { tried, result, apart });
  }

  /** @param {string[]} names */
  #showControls(names) {
    const { text, at, step, round } = this.state;
    const source = /** @type {Source} */ (this.source);
    source.value = String(text);
    if (source.input.value === text) {
      source.say("");
    }
    const preset = PRESETS.findIndex((it) => it[1] === text && it[2] === at);
    /** @type {HTMLSelectElement} */ (this.preset).value = String(preset);
    this.names = names;
    this.#offer(names);
    for (const [name, variable] of this.variables) {
      variable.value = this.known[name];
    }
    const off = (/** @type {Element | undefined} */ control, /** @type {boolean} */ is) =>
      control?.setAttribute("aria-disabled", String(is));
    const atEnd = step === this.#last;
    off(this.forth, atEnd);
    off(this.all, atEnd);
    off(this.back, step === 0);
    off(this.over, step === 0);
    off(this.again, !atEnd || step === 0 || round === ROUNDS);
  }

  /** Shows a slider for each of these. @param {string[]} names */
  #offer(names) {
    const old = this.variables;
    if (names.join() !== [...old.keys()].join()) {
      this.variables = new Map(names.map((name) => [
        name, old.get(name) ?? this.#variable(name),
      ]));
      const fields = [...this.variables.values()].map(({ element }) => element);
      const focus = document.activeElement;
      this.inputs?.replaceChildren(...fields);
      if (focus instanceof HTMLElement && this.inputs?.contains(focus)) {
        focus.focus();
      }
    }
  }

  /** @param {string} name */
  #variable(name) {
    return new Variable(name, (typed, field) => {
      const number = numberOf(typed);
      if (number >= RANGE.min && number <= RANGE.max) {
        const { pending } = this;
        const text = pending?.variables.includes(name) ? pending.text : undefined;
        const changes = { at: `${name}=${number}` };
        this.set(text === undefined ? changes : { ...changes, text, step: 0 }, field);
      } else {
        field.refuse(`A variable is a number from ${RANGE.min} to ${RANGE.max}, `
          + `not “${short(typed)}”.`);
      }
    });
  }

  /** What a sentence calls a node. @param {number} index */
  #name(index) {
    const { name, text, place } = this.nodes[index];
    const own = text.length <= 16 ? text : `node ${place}`;
    return name || (/^(\w*|node \d+)$/.test(own) ? own : `“${own}”`);
  }

  /** How many edges are walked up to now, in all rounds. */
  get #done() {
    const { step, round } = this.state;
    return (Number(round) - 1) * this.walked + Math.max(Number(step) - 1, 0);
  }

  /** The edge that is walked at this step, if any. */
  get #current() {
    return Number(this.state.step) > 1 ? this.apart + Number(this.state.step) - 2 : -1;
  }

  /**
   * What each node has received after so many edges, in so many rounds that
   * have begun.
   * @param {number} done
   * @param {number} begun
   */
  #sums(done, begun) {
    /** @type {Map<number, number>} */
    const sums = new Map();
    const { place, gradient } = this.nodes[this.result];
    for (let round = 0; round < begun; round += 1) {
      sums.set(place, gradient);
      const first = round * this.walked;
      for (let at = first; at < Math.min(done, first + this.walked); at += 1) {
        const { to } = this.edges[this.apart + at - first];
        sums.set(this.nodes[to].place, this.steps[at].sum);
      }
    }
    return sums;
  }

  /** Rounds whose result has its gradient. */
  get #begun() {
    const { step, round } = this.state;
    return Number(step) > 0 ? Number(round) : Number(round) - 1;
  }

  /** Each node's gradient in words. */
  #gradients() {
    const sums = this.#sums(this.#done, this.#begun);
    const { step } = this.state;
    const from = this.apart + Math.max(Number(step) - 1, 0);
    const open = new Set(this.edges.slice(from).map(({ to }) => to));
    const seen = new Set(this.edges.slice(this.apart, from).map(({ to }) => to));
    const last = this.nodes[this.result].place;
    return this.nodes.map(({ place }, node) => {
      if (place === 0) {
        return "constant";
      }
      if (place > last) {
        return "takes no part";
      }
      const sum = sums.get(place);
      if (sum === undefined) {
        return step === this.#last ? "takes no part" : "not computed yet";
      }
      const note = !open.has(node) ? "" : seen.has(node) ? " so far" : " kept";
      return `gradient ${brief(sum)}${note}`;
    });
  }

  #showNow() {
    const { step, round } = this.state;
    const now = /** @type {HTMLElement} */ (this.now);
    const gradients = this.#gradients();
    now.textContent = this.#sentence(Number(step), Number(round));
    [...this.variables.values()].forEach((variable, index) => {
      // The variables are the first nodes.
      const complete = step === this.#last && Number(step) > 0;
      const tried = this.tried[index];
      const trying = Number.isFinite(tried) ? shown(tried, 6) : "no answer here";
      variable.found.textContent = gradients[index].replace("not", "gradient: not")
        + (complete ? `; by trying ${trying}` : "");
    });
  }

  /** @param {number} step @param {number} round */
  #sentence(step, round) {
    const result = this.#name(this.result);
    const last = this.#last;
    if (last === 0) {
      return "The result is a constant: there is nothing to walk back through.";
    }
    if (step === 0) {
      return `${last === 1 ? "1 step leads" : `${last} steps lead`} back. The values are there, and on each edge its slope; `
        + "no gradient is computed yet.";
    }
    const done = step === last ? ` ${this.#verdict(round)}` : "";
    if (step === 1) {
      return `Step 1 of ${last}: ${result} changes exactly as fast as itself, `
        + "so its gradient is 1."
        + (round > 1 ? ` This is round ${round}, and all others keep what they had.` : "")
        + done;
    }
    const edge = this.edges[this.#current];
    const [from, to] = [this.#name(edge.from), this.#name(edge.to)];
    const { gradient, given, sum } = this.steps[this.#done - 1];
    const product = `Step ${step} of ${last}: gradient of ${from} ${brief(gradient)} `
      + `× slope ${brief(edge.slope)} → ${to}: `;
    if (this.nodes[edge.to].place === 0) {
      return `${product}${brief(given)}, for a constant: nothing asks for it.${done}`;
    }
    const before = this.#sums(this.#done - 1, this.#begun);
    const had = before.get(this.nodes[edge.to].place) ?? 0;
    const added = `${brief(had)} + ${brief(given)} = ${brief(sum)}.`.replace("+ −", "− ");
    return product + added + done;
  }

  /** What is to say at the end of a round. @param {number} round */
  #verdict(round) {
    const sums = this.#sums(this.#done, this.#begun);
    const same = this.nodes.every(({ place, gradient }) =>
      place === 0 || gradient === (sums.get(place) ?? 0));
    if (round === 1) {
      return same ? "Done: the same as backward(), to the last bit."
        : "Done, and not the same as backward(): please tell us.";
    }
    return "Done, with gradients that were kept. Our backward() begins with a new list, "
      + "and says what it said the first time.";
  }

  #draw() {
    const plan = layout(this.nodes, this.edges);
    const ends = lines(this.edges, plan);
    const current = this.#current;
    const step = Number(this.state.step);
    const picture = svg("svg", {
      role: "img", width: plan.width, height: plan.height,
      viewBox: `0 0 ${plan.width} ${plan.height}`,
      "aria-label": `${this.nodes.length} nodes and ${this.edges.length} edges; `
        + "the table has all of them",
    });
    ends.forEach(({ line, start, end }, index) => {
      const walked = index >= this.apart && index < this.apart + step - 1;
      const kind = index === current ? "edge current" : walked ? "edge walked" : "edge";
      const tip = walked ? `M${start.x} ${start.y}l9-4.5v9z` : `M${end.x} ${end.y}l-9-4.5v9z`;
      picture.append(svg("g", { class: kind },
        svg("path", { d: line }), svg("path", { d: tip, class: "tip" })));
    });
    // Over all lines, so that none crosses a number.
    ends.forEach(({ end }, index) => {
      picture.append(svg("text", {
        x: end.x - 12, y: end.y - 5, "text-anchor": "end",
        class: index === current ? "slope current" : "slope",
      }, `× ${brief(this.edges[index].slope)}`));
    });
    const gradients = this.#gradients();
    this.nodes.forEach((_, node) => {
      picture.append(this.#box(node, plan.boxes[node], gradients[node]));
    });
    this.ends = ends;
    this.drawing?.replaceChildren(picture);
  }

  /** @param {number} index @param {Point} at @param {string} gradient */
  #box(index, { x, y }, gradient) {
    const { text, place, value } = this.nodes[index];
    const edge = this.edges[this.#current];
    const isOpen = index === edge?.from || index === edge?.to
      || (this.state.step === 1 && index === this.result);
    const line = (/** @type {number} */ row, /** @type {string} */ words, kind = "") =>
      svg("text", { x: x + 8, y: y - 16 + row * 21, class: kind }, words);
    const title = this.#title(index);
    return svg("g", { class: isOpen ? "node current" : "node" },
      svg("title", {}, text),
      svg("rect", { x, y: y - HEIGHT / 2, width: WIDTH, height: HEIGHT, rx: 4 }),
      line(0, title, "name"),
      svg("text", { x: x + WIDTH - 8, y: y + 5, "text-anchor": "end", class: "place" },
        place === 0 ? "" : `no. ${place}`),
      line(1, `value ${brief(value)}`),
      line(2, gradient.replace(/ (so far|kept)$/, " + …")));
  }

  /** What stands on a box. @param {number} index */
  #title(index) {
    const { label, name, text } = this.nodes[index];
    const begin = name && name !== text ? `${name} = ` : "";
    const own = `${begin}${text}`;
    if (own.length <= 17) {
      return own;
    }
    const inputs = this.edges.filter(({ from }) => from === index).length;
    const sketch = /^[a-z]/.test(label) ? `${label}(…)`
      : label.startsWith("**") ? `… ${label}`
      : inputs === 1 ? `${label}…` : `… ${label} …`;
    return inputs === 0 ? `${own.slice(0, 16)}…` : begin + sketch;
  }

  /** Brings the current edge into view. */
  #follow() {
    const box = this.drawing;
    const end = this.ends?.[this.#current];
    const behavior = still.matches ? "auto" : "smooth";
    if (box && end) {
      const middle = (end.start.x + end.end.x) / 2;
      const down = (end.start.y + end.end.y) / 2;
      box.scrollTo({
        left: middle - box.clientWidth / 2, top: down - box.clientHeight / 2, behavior,
      });
    } else if (box && this.state.step === 1) {
      box.scrollTo({ left: box.scrollWidth, behavior });
    }
  }

  #table() {
    const gradients = this.#gradients();
    const rows = this.nodes.map(({ name, text, label, place, value }, index) => {
      const inputs = this.edges.filter(({ from }) => from === index)
        .map(({ to, slope }) => `${this.#name(to)} × ${brief(slope)}`);
      const tried = this.tried[index];
      return [
        place === 0 ? "–" : String(place),
        name ? `${name} = ${text}` : text || label,
        shown(value),
        inputs.join(", ") || "–",
        gradients[index].replace("gradient ", ""),
        index >= this.names.length ? "–"
          : Number.isFinite(tried) ? shown(tried, 6) : "no answer here",
      ];
    });
    return table(
      "All nodes, in the order of the tape",
      ["no.", "node", "value", "inputs, with slopes", "gradient", "by trying"],
      rows,
    );
  }
}

customElements.define("gpt-expression", Expression);
