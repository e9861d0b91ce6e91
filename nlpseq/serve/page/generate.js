// Generate: samples that are written character by character, side by side, until they are done or stopped.

import { addCopy } from "./copy.js";
import { counted, make, onCtrlEnter, showError } from "./elements.js";
import { keepHistory } from "./history.js";
import { chooseModel } from "./models.js";
import { events } from "./server.js";

const LARGEST_NEW_SEED = 1_000_000;
// What the sliders show where the number alone says little.
const MEANINGS = { temperature: { 0: "0 (greedy)" }, top_k: { 0: "all" }, top_p: { 1: "all" } };

/** Start the tab. */
export function start(panel, models, limits) {
  const form = panel.querySelector("form");
  const prompt = panel.querySelector("textarea");
  const samples = panel.querySelector(".samples");
  const status = panel.querySelector(".status");
  const error = panel.querySelector(".error");
  const stop = panel.querySelector(".stop");
  let writing = null;

  const model = chooseModel(panel, models, {
    changed: () => writing?.abort(),
    tried(text) {
      prompt.value = text;
      write();
    },
  });
  prompt.value = model().examples[0] ?? "";
  field(form, "length").max = limits.length;
  field(form, "samples").max = limits.samples;
  form.querySelector("details").open = matchMedia("(min-width: 50rem)").matches;
  showValues(form);

  const history = keepHistory(panel, (text) => {
    prompt.value = text;
    write();
  });
  addCopy(panel.querySelector(".found .title"), () =>
    [...samples.querySelectorAll(".written")].map((text) => text.textContent).join("\n\n"),
  );

  async function write() {
    if (!form.reportValidity()) return;
    history.note(prompt.value);
    writing?.abort();
    const mine = new AbortController();
    writing = mine;
    const body = { prompt: prompt.value, stream: true, model: model().name, ...settings(form) };
    const texts = addSamples(samples, body);
    showError(error, "");
    stop.setAttribute("aria-disabled", "false");
    status.textContent = "Writing…";
    let end = "";
    try {
      end = await follow(body, texts, mine.signal);
    } catch (trouble) {
      if (writing !== mine) return; // something else is written by now
      if (mine.signal.aborted) end = `Stopped after ${counted(longest(texts), "character")}.`;
      else showError(error, trouble.message);
    }
    if (writing !== mine) return;
    writing = null;
    stop.setAttribute("aria-disabled", "true");
    status.textContent = end;
  }

  form.addEventListener("input", () => showValues(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    write();
  });
  onCtrlEnter(prompt, write);
  stop.addEventListener("click", () => writing?.abort());
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") writing?.abort();
  });
  panel.querySelector(".new-seed").addEventListener("click", () => {
    field(form, "seed").value = Math.floor(Math.random() * LARGEST_NEW_SEED);
    write();
  });
}

/** Append what the server writes to the texts; a sentence once it is done. */
async function follow(body, texts, signal) {
  // The prompt comes first, in pieces of any size; it is on the page already.
  const skipped = texts.map(() => body.prompt.length);
  for await (const { name, data } of events("api/generate", body, signal)) {
    if (name === "error") throw new Error(`${data.error[0].toUpperCase()}${data.error.slice(1)}.`);
    if (name === "done") return `Done: ${counted(longest(texts), "character")}.`;
    const { number, text } = data;
    texts[number].appendData(text.slice(skipped[number]));
    skipped[number] = Math.max(0, skipped[number] - text.length);
  }
  throw new Error("The server ended before the text did.");
}

function addSamples(place, { prompt, samples }) {
  const texts = Array.from({ length: samples }, () => document.createTextNode(""));
  place.replaceChildren(
    ...texts.map((text, number) =>
      make(
        "article",
        {},
        make("h3", { className: samples > 1 ? "" : "unseen" }, `Sample ${number + 1}`),
        // Each in its own direction: an English text may follow an Arabic prompt.
        make("p", { className: "written" }, make("bdi", { className: "prompt" }, prompt), make("bdi", {}, text)),
      ),
    ),
  );
  return texts;
}

function longest(texts) {
  return Math.max(...texts.map((text) => Array.from(text.data).length));
}

// `form.elements.length` is a number, not the slider of that name.
function field(form, name) {
  return form.elements.namedItem(name);
}

function settings(form) {
  const names = ["temperature", "top_k", "top_p", "length", "samples", "seed"];
  return Object.fromEntries(names.map((name) => [name, field(form, name).valueAsNumber]));
}

function showValues(form) {
  for (const output of form.querySelectorAll("output")) {
    const { name, value, valueAsNumber, step } = field(form, output.htmlFor.value);
    const digits = step.includes(".") ? 2 : 0;
    output.textContent = MEANINGS[name]?.[value] ?? valueAsNumber.toFixed(digits);
  }
}
