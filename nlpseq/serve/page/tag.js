// Tag: lines as they are typed; what the model finds in each, coloured by its label.

import { make, percent } from "./elements.js";
import { watchLines } from "./lines.js";
import { chooseModel } from "./models.js";
import { post } from "./server.js";

const TURN = 137.5; // degrees of the colour wheel from one label to the next: neighbours are far apart

/** Start the tab. */
export function start(panel, models, limits) {
  const output = panel.querySelector(".results");
  const watched = watchLines({
    field: panel.querySelector("textarea"),
    output,
    error: panel.querySelector(".error"),
    mostLines: limits.texts,
    async ask(texts, signal) {
      return (await post("/api/tag", { texts, model: model().name }, signal)).results;
    },
    show(lines, answers) {
      const labels = model().labels;
      output.replaceChildren(...answers.map((answer, line) => row(lines[line], answer, labels)));
    },
  });
  const model = chooseModel(panel, models, { changed: watched.forget, tried: watched.set, severalLines: true });
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
