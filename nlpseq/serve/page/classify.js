// Classify: lines as they are typed; each with its label, how sure that is, and what its words had to do with it.

import { allBars, bar, showRows } from "./bars.js";
import { make } from "./elements.js";
import { startLines } from "./panel.js";
import { weightedText } from "./weights.js";

/** Start the tab. */
export function start(panel, models, limits) {
  const output = panel.querySelector(".results");
  const legend = panel.querySelector(".legend");
  startLines(panel, models, limits, {
    task: "classify",
    output,
    body: ({ exported }) => ({ explain: !exported }), // which an export cannot
    show(lines, answers) {
      showRows(output, lines, answers, result);
      legend.hidden = !answers.some((answer) => answer?.token_weights);
    },
    said: ({ label }) => label,
    columns: ({ label, probability }) => ({ label, probability }),
  });
}

function result(text, { label, probability, probabilities, token_weights: weights, residue, unknown }) {
  const bars = Object.keys(probabilities).length > 2 ? allBars(probabilities) : [bar(label, probability)];
  bars[0].classList.add("best");
  if (unknown === 1) return [...bars, make("p", { className: "hint" }, "None of these words is known to the model.")];
  if (!weights?.length) return bars;
  return [...bars, ...weightedText(text, weights, residue)];
}
