// Tag: lines as they are typed; what the model finds in each, coloured by its label.

import { make, percent } from "./elements.js";
import { startLines } from "./panel.js";

const TURN = 137.5; // degrees of the colour wheel from one label to the next: neighbours are far apart

/** Start the tab. */
export function start(panel, models, limits) {
  const output = panel.querySelector(".results");
  const named = ({ entities }) => entities.map(({ text, label }) => `${text}/${label}`);
  startLines(panel, models, limits, {
    task: "tag",
    output,
    show(lines, answers, { labels }) {
      output.replaceChildren(...answers.map((answer, line) => row(lines[line], answer, labels)));
    },
    said: (answer) => named(answer).join(", "),
    columns: (answer) => ({ entities: named(answer).join("; ") }),
  });
}

/** A line with its entities marked; as it is, and pale, while the answer is on its way. */
function row(text, answer, labels) {
  const item = make("li", { className: answer === null ? "late" : "", hidden: answer === undefined });
  const characters = [...text]; // places count characters, and JavaScript's strings have two for some
  const marked = make("p", { className: "weighted", dir: "auto" });
  let end = 0;
  for (const entity of answer?.entities ?? []) {
    marked.append(characters.slice(end, entity.start).join(""), mark(entity, labels));
    end = entity.end;
  }
  marked.append(characters.slice(end).join(""));
  item.append(marked);
  return item;
}

function mark({ text, label, probability }, labels) {
  const hue = TURN * labels.indexOf(label);
  const element = make("mark", { title: percent(probability) }, text, make("small", {}, ` ${label}`));
  element.style.background = `hsl(${hue} 80% 50% / ${0.15 + 0.2 * probability})`;
  element.style.borderBottom = `2px solid hsl(${hue} 80% 40%)`;
  return element;
}
