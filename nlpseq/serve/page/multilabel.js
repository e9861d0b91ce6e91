// Label: lines as they are typed; each with all labels that apply, and how probable every label is.

import { bar, folded, showRows } from "./bars.js";
import { make } from "./elements.js";
import { startLines } from "./panel.js";

const MORE = 3; // labels that do not apply, but nearly do

/** Start the tab. */
export function start(panel, models, limits) {
  const output = panel.querySelector(".results");
  startLines(panel, models, limits, {
    task: "multilabel",
    output,
    show: (lines, answers) => showRows(output, lines, answers, result),
    said: ({ labels }) => labels.join(", "),
    columns: ({ labels }) => ({ labels: labels.join("|") }),
  });
}

function result(_, { labels, probabilities }) {
  const others = Object.keys(probabilities)
    .filter((label) => !labels.includes(label))
    .sort((one, another) => probabilities[another] - probabilities[one]);
  const given = labels.map((label) => bar(label, probabilities[label]));
  for (const each of given) each.classList.add("best");
  const none = given.length ? [] : [make("p", { className: "hint" }, "None of the labels applies.")];
  return [...none, ...folded([...given, ...others.map((label) => bar(label, probabilities[label]))], given.length + MORE)];
}
