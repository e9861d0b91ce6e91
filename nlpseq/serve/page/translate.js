// Translate: lines as they are typed; of the line with the cursor, the best translations and their attention.

import { showAttention } from "./attention.js";
import { make } from "./elements.js";
import { startLines } from "./panel.js";
import { showRanking } from "./ranking.js";

const BEST = 5;

/** Start the tab. */
export function start(panel, models, limits) {
  const field = panel.querySelector("textarea");
  const output = panel.querySelector(".lines");
  const details = panel.querySelector(".details");
  let shown = [];
  let chosen = 0;
  let explained = null;

  startLines(panel, models, limits, {
    task: "translate",
    output,
    body: () => ({ n_best: Math.min(BEST, limits.n_best), attention: true }),
    show(lines, answers) {
      showLines(output, answers, (line) => choose(line));
      shown = answers;
      choose(lineOfCursor(field));
    },
    said: bestOf,
    columns: (answer) => ({ translation: bestOf(answer) }),
    changed: ({ languages }) => nameLanguages(panel, languages),
  });

  function choose(line) {
    chosen = shown[line]?.translations.length ? line : shown.findIndex((answer) => answer?.translations.length);
    const several = shown.length > 1;
    [...output.children].forEach((row, place) => {
      const isChosen = several && place === chosen;
      row.classList.toggle("chosen", isChosen);
      row.querySelector("button").setAttribute("aria-pressed", String(isChosen));
    });
    explain(shown[chosen] ?? null);
  }
  function explain(answer) {
    if (answer === explained) return;
    explained = answer;
    details.hidden = !answer;
    if (!answer) return;
    const { source_tokens: source, translations } = answer;
    const attention = details.querySelector(".attention");
    showRanking(details.querySelector(".best"), translations, 0, (number) =>
      showAttention(attention, source, translations[number]),
    );
    showAttention(attention, source, translations[0]);
  }
  document.addEventListener("selectionchange", () => {
    if (document.activeElement === field) choose(lineOfCursor(field));
  });
}

function bestOf({ translations }) {
  return translations[0]?.text ?? "";
}

// Rows are kept: a screen reader says only what is new, and an old translation stays until the new one is there.
function showLines(output, answers, choose) {
  while (output.children.length > answers.length) output.lastChild.remove();
  while (output.children.length < answers.length) {
    const line = output.children.length;
    const button = make("button", { type: "button", title: "Show its attention" }, String(line + 1));
    button.addEventListener("click", () => choose(line));
    output.append(make("li", {}, button, make("span", { className: "text", dir: "auto" })));
  }
  output.classList.toggle("several", answers.length > 1);
  answers.forEach((answer, line) => {
    const row = output.children[line];
    row.classList.toggle("late", answer === null);
    row.classList.toggle("empty", answer === undefined);
    if (answer === null) return;
    const text = answer?.translations[0]?.text ?? "";
    if (row.lastChild.textContent !== text) row.lastChild.textContent = text;
  });
}

function lineOfCursor(field) {
  return field.value.slice(0, field.selectionStart).split("\n").length - 1;
}

function nameLanguages(panel, languages) {
  const [source, target] = languages ?? [];
  panel.querySelector("label.title").textContent = source ? languageName(source) : "Text";
  panel.querySelector("h2.title").textContent = target ? languageName(target) : "Translation";
  panel.querySelector(".lines").lang = target ?? "";
}

function languageName(code) {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(code);
  } catch {
    return code; // a name of the user's own
  }
}
