// Labels and how probable each is, as bars.

import { make, percent } from "./elements.js";

const SHOWN = 5;

/** A bar for each label of `{label: probability}`, the likeliest first; most of many are folded away. */
export function allBars(probabilities) {
  const ranked = Object.entries(probabilities).sort((one, another) => another[1] - one[1]);
  return folded(ranked.map(([label, probability]) => bar(label, probability)), SHOWN);
}

/** The bars, those after the first few behind a line that says how many they are. */
export function folded(bars, shown) {
  if (bars.length <= shown + 1) return bars;
  const rest = bars.splice(shown);
  return [...bars, make("details", {}, make("summary", {}, `${rest.length} more labels`), ...rest)];
}

/** One bar. */
export function bar(label, probability) {
  const filled = make("span", { className: "filled" });
  filled.style.setProperty("--weight", probability);
  return make(
    "div",
    { className: "bar" },
    make("span", { className: "label", dir: "auto" }, label),
    make("span", { className: "share" }, percent(probability)),
    make("span", { className: "track", "aria-hidden": "true" }, filled),
  );
}

/**
 * Show `result(text, answer)` for each line. Rows are kept: a screen reader says only what is new, and an old answer
 * stays, pale, until the new one is there.
 */
export function showRows(output, lines, answers, result) {
  while (output.children.length > answers.length) output.lastChild.remove();
  while (output.children.length < answers.length) output.append(make("li"));
  answers.forEach((answer, line) => {
    const row = output.children[line];
    row.classList.toggle("late", answer === null);
    row.hidden = answer === undefined;
    if (answer === row.shown || answer === null) return;
    row.shown = answer;
    row.replaceChildren(...(answer ? result(lines[line], answer) : []));
  });
}
