// What the tabs share that answer lines as they are typed: a choice of models, copying, what was tried before, tables.

import { addCopy } from "./copy.js";
import { keepHistory } from "./history.js";
import { watchLines } from "./lines.js";
import { chooseModel } from "./models.js";
import { post } from "./server.js";
import { takeTables } from "./table.js";

/**
 * Start a tab. `body(model)` is what is asked besides the texts and the model; `show(lines, answers, model)` shows answers;
 * `said(answer)` is one as plain text; `columns(answer)` what it adds to a row of a table; `changed(model)` is called
 * when another model is chosen. Returns a function that gives the chosen model.
 */
export function startLines(panel, models, limits, { task, output, body = () => ({}), show, said, columns, changed }) {
  const field = panel.querySelector("textarea");
  let shown = [];
  const ask = async (texts, signal, more = body(model())) =>
    (await post(`api/${task}`, { texts, ...more, model: model().name }, signal)).results;
  const watched = watchLines({
    field,
    output,
    error: panel.querySelector(".error"),
    mostLines: limits.texts,
    ask,
    show(lines, answers) {
      shown = answers;
      show(lines, answers, model());
    },
    rested: (text) => history.note(text),
  });
  const model = chooseModel(panel, models, {
    changed() {
      changed?.(model());
      watched.forget();
    },
    tried: watched.set,
    severalLines: true,
  });
  const history = keepHistory(panel, watched.set);
  addCopy(panel.querySelector(".found .title"), () => shown.map((answer) => (answer ? said(answer) : "")).join("\n"));
  takeTables(panel, limits, { ask: (texts, signal) => ask(texts, signal, {}), columns });
  changed?.(model());
  return model;
}
