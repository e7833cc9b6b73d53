// @ts-check
/**
 * Wakes the widgets of a page, each when it is scrolled near.
 *
 * Until then, and for good where there is no WebAssembly, the page shows what
 * is inside the element: a figure and a sentence.
 */

const names = [
  "train", "generate", "expression", "inside", "tokenize", "break_it", "welcome",
];

/** The element of a widget, which is named like its script. @param {string} name */
const tag = (name) => `gpt-${name.replace("_", "-")}`;

/** @param {Element} element */
function wake(element) {
  const name = names.find((known) => tag(known) === element.localName);
  import(`./${name}.js`);
}

/**
 * A reader who saves data is asked first.
 * @param {Element} element
 */
function offer(element) {
  const button = document.createElement("button");
  button.textContent = "Load this sandbox (up to 230 KB)";
  button.className = "wake";
  button.addEventListener("click", () => {
    button.remove();
    element.classList.remove("asleep");
    wake(element);
  });
  element.classList.add("asleep");
  element.append(button);
}

const saves =
  /** @type {any} */ (navigator).connection?.saveData === true
  || matchMedia("(prefers-reduced-data: reduce)").matches;

const widgets = [...document.querySelectorAll(names.map(tag).join())];

if (typeof WebAssembly === "object" && typeof Worker === "function") {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) {
        near.unobserve(target);
        (saves ? offer : wake)(target);
      }
    }
  }, { rootMargin: "50% 0px" });
  widgets.forEach((widget) => near.observe(widget));
} else {
  widgets.forEach((widget) => widget.classList.add("asleep"));
}
