// Label: lines as they are typed; each with all labels that apply, and how probable every label is.

import { bar, folded, showRows } from "./bars.js";
import { make } from "./elements.js";
import { startLines } from "./panel.js";
import { weightedText } from "./weights.js";

const MORE = 3; // labels that do not apply, but nearly do

/** Start the tab. */
export function start(panel, models, limits) {
  const output = panel.querySelector(".results");
  const legend = panel.querySelector(".legend");
  startLines(panel, models, limits, {
    task: "multilabel",
    output,
    body: ({ exported }) => ({ explain: !exported }), // which an export cannot
    show(lines, answers) {
      showRows(output, lines, answers, result);
      legend.hidden = !answers.some((answer) => answer?.explanations && answer.labels.length);
    },
    said: ({ labels }) => labels.join(", "),
    columns: ({ labels }) => ({ labels: labels.join("|") }),
  });
}

function result(text, { labels, probabilities, explanations }) {
  const others = Object.keys(probabilities)
    .filter((label) => !labels.includes(label))
    .sort((one, another) => probabilities[another] - probabilities[one]);
  const given = labels.map((label) => bar(label, probabilities[label]));
  for (const each of given) each.classList.add("best");
  const none = given.length ? [] : [make("p", { className: "hint" }, "None of the labels applies.")];
  const bars = folded([...given, ...others.map((label) => bar(label, probabilities[label]))], given.length + MORE);
  const why = labels.flatMap((label) => {
    const { token_weights: weights, residue } = explanations?.[label] ?? {};
    return weights?.length ? weightedText(text, weights, residue, `Strongest for ${label}`) : [];
  });
  return [...none, ...bars, ...why];
}
