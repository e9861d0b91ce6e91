// Answers for the lines of a field, asked for as they are typed: only lines that are new, after a short rest.

import { showError } from "./elements.js";

const REST_MILLISECONDS = 150;
const RESTED_MILLISECONDS = 1500; // then a text is one that was tried, and no word half written
const MOST_KNOWN = 1000;

/**
 * Watch a field. `ask(lines, signal)` gives their answers; `show(lines, answers)` is called with the lines and the
 * answer to each: null while it is on its way, undefined for a blank line. An answer belongs to the text of its line,
 * so that one that comes late can never stand beside another text.
 *
 * `rested(text)` is called once an answered text stays as it is for a while.
 *
 * Returns `{set(text), forget()}`: to fill the field, and to ask again for all (of another model).
 */
export function watchLines({ field, output, error, mostLines, ask, show, rested }) {
  let known = new Map();
  let pending = new AbortController();
  let timer = 0;
  let rest = 0;

  function lines() {
    return field.value.split("\n").slice(0, mostLines);
  }
  function refresh() {
    const current = lines();
    if (current.every((line) => !line.trim())) current.length = 0;
    show(current, current.map((line) => (line.trim() ? (known.get(line) ?? null) : undefined)));
  }
  async function update() {
    pending.abort();
    pending = new AbortController();
    const { signal } = pending;
    if (known.size > MOST_KNOWN) known = new Map();
    const wanted = [...new Set(lines())].filter((line) => line.trim() && !known.has(line));
    output.setAttribute("aria-busy", String(wanted.length > 0));
    if (wanted.length) {
      try {
        const answers = await ask(wanted, signal);
        if (signal.aborted) return;
        wanted.forEach((line, place) => known.set(line, answers[place]));
      } catch (trouble) {
        if (signal.aborted) return;
        showError(error, trouble.message);
        output.setAttribute("aria-busy", "false");
        return;
      }
    }
    output.setAttribute("aria-busy", "false");
    const left = field.value.split("\n").length - mostLines;
    showError(error, left > 0 ? `Only the first ${mostLines} lines are read.` : "");
    refresh();
    clearTimeout(rest);
    rest = setTimeout(() => rested(field.value), RESTED_MILLISECONDS);
  }

  field.addEventListener("input", () => {
    pending.abort(); // what is on its way is for a text that is no longer there
    clearTimeout(timer);
    clearTimeout(rest);
    timer = setTimeout(update, REST_MILLISECONDS);
    refresh();
  });
  return {
    set(text) {
      field.value = text;
      update();
      refresh();
    },
    forget() {
      known = new Map();
      update();
      refresh();
    },
  };
}
