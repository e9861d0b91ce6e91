// Summarise: a story in, a headline out, what was copied marked in both.

import { addCopy } from "./copy.js";
import { make, onCtrlEnter, showError } from "./elements.js";
import { keepHistory } from "./history.js";
import { chooseModel } from "./models.js";
import { showRanking } from "./ranking.js";
import { post } from "./server.js";
import { takeTables } from "./table.js";

const BEST = 3;
const PASSAGE = 4; // letters in a row from one place of the story; fewer come about by spelling
// What the server takes for white space: Python's notion of it, which is not quite JavaScript's.
const WHITE_SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/** Start the tab. */
export function start(panel, models, limits) {
  const form = panel.querySelector("form");
  const field = panel.querySelector("textarea");
  const headline = panel.querySelector(".headline");
  const details = panel.querySelector(".details");
  const error = panel.querySelector(".error");
  let pending = new AbortController();

  const model = chooseModel(panel, models, {
    changed: submit,
    tried(text) {
      field.value = text;
      submit();
    },
  });

  const history = keepHistory(panel, (text) => {
    field.value = text;
    submit();
  });
  addCopy(panel.querySelector(".found .title"), () => headline.textContent);
  takeTables(panel, limits, {
    ask: async (texts, signal) =>
      (await post("api/summarize", { texts: texts.map(oneLine), model: model().name }, signal)).results,
    columns: ({ summaries }) => ({ summary: summaries[0]?.text ?? "" }),
  });

  async function submit() {
    pending.abort();
    history.note(field.value);
    pending = new AbortController();
    const { signal } = pending;
    const story = oneLine(field.value);
    headline.setAttribute("aria-busy", "true");
    try {
      const { name, exported } = model(); // which cannot tell origins
      const body = { texts: [story], n_best: Math.min(BEST, limits.n_best), origins: !exported, model: name };
      const { results } = await post("api/summarize", body, signal);
      if (signal.aborted) return;
      showError(error, "");
      showSummaries(story, results[0].summaries);
    } catch (trouble) {
      if (signal.aborted) return;
      showError(error, trouble.message);
    }
    headline.setAttribute("aria-busy", "false");
  }
  function showSummaries(story, summaries) {
    details.hidden = !summaries.length;
    if (!summaries.length) {
      headline.textContent = "";
      return;
    }
    showRanking(details.querySelector(".best"), summaries, 0, (number) => showOne(story, summaries[number]));
    showOne(story, summaries[0]);
  }
  function showOne(story, { text, places }) {
    const summary = { text, places: places ?? Array.from(text, () => null) }; // of a model that tells no origins
    const origins = passages(summary);
    headline.replaceChildren(...markedHeadline(summary, origins));
    details.querySelector(".story").replaceChildren(...markedStory(story, origins));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  onCtrlEnter(field, submit);
}

/** The text as the model reads it, so that the places it names are those of this text. */
function oneLine(text) {
  return text.split(WHITE_SPACE).filter(Boolean).join(" ");
}

/** Runs of characters that are copied from one place each, `{start, source, length}`, spaces at their ends left out. */
function passages({ text, places }) {
  const characters = Array.from(text);
  const found = [];
  for (let start = 0, end; start < characters.length; start = end) {
    end = start + 1;
    while (end < characters.length && places[end] !== null && places[end] === places[end - 1] + 1) end++;
    if (places[start] === null) continue;
    let [first, last] = [start, end];
    while (first < last && characters[first] === " ") first++;
    while (last > first && characters[last - 1] === " ") last--;
    if (last - first >= PASSAGE) found.push({ start: first, source: places[first], length: last - first });
  }
  return found;
}

function markedHeadline({ text, places }, origins) {
  const kinds = Array.from(text, (character, place) => (places[place] === null || character === " " ? "" : "copied"));
  origins.forEach(({ start, length }, number) => kinds.fill(number + 1, start, start + length));
  return marked(Array.from(text), kinds);
}

function markedStory(story, origins) {
  const characters = Array.from(story);
  const kinds = Array(characters.length).fill("");
  origins.forEach(({ source, length }, number) => kinds.fill(number + 1, source, source + length));
  return marked(characters, kinds);
}

/** The characters as text, those of one kind in a row together; a number marks a passage, "copied" single letters. */
function marked(characters, kinds) {
  const parts = [];
  for (let start = 0, end; start < characters.length; start = end) {
    end = start + 1;
    while (end < characters.length && kinds[end] === kinds[start]) end++;
    const text = characters.slice(start, end).join("");
    const kind = kinds[start];
    if (kind === "") parts.push(text);
    else if (kind === "copied") parts.push(make("mark", { className: "copied" }, text));
    else parts.push(make("mark", { className: "phrase", "data-passage": kind, title: `Passage ${kind}` }, text));
  }
  return parts;
}
