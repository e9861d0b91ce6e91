// Where a model looked while it wrote: words that light up with one another, and a heat map.

import { make, percent } from "./elements.js";
import { words } from "./pieces.js";
import { nextPlace } from "./tabs.js";

const SAID = 0.05; // weights below it are not put into words
const HINT = "Point at a word, or step through them with the arrow keys, to see how it is linked to the others.";

/** Show the attention of one translation: a row for each of its tokens, a column for each source token. */
export function showAttention(place, sourceTokens, { tokens, attention }) {
  if (!attention?.length) {
    place.replaceChildren(make("p", { className: "hint" }, "There is nothing to show for this one."));
    return;
  }
  const source = words(sourceTokens);
  const target = words(tokens);
  const weights = wordWeights(attention, source, target);
  const legend = make("p", { className: "hint" }, "A row for each word written, a column for each word read: attention in per cent.");
  place.replaceChildren(linkedWords(source, target, weights), heatMap(source, target, weights), legend);
}

/** Weights between words: a word has what its tokens have together; the tokens that are written share alike. */
function wordWeights(attention, source, target) {
  return target.map(({ places: rows }) =>
    source.map(({ places: columns }) => {
      const sums = rows.map((row) => columns.reduce((sum, column) => sum + attention[row][column], 0));
      return sums.reduce((total, sum) => total + sum, 0) / rows.length;
    }),
  );
}

function linkedWords(source, target, weights) {
  const said = make("p", { className: "said", role: "status" }, HINT);
  const sides = {};

  function light(side, chosen) {
    const other = side === "source" ? "target" : "source";
    const shares = sides[other].map((_, place) => (side === "source" ? weights[place][chosen] : weights[chosen][place]));
    sides[side].forEach((button, place) => button.classList.toggle("chosen", place === chosen));
    sides[other].forEach((button, place) => {
      button.classList.remove("chosen");
      button.style.setProperty("--weight", shares[place]);
      button.lastChild.textContent = shares[place] < 0.005 ? "" : percent(shares[place]);
    });
    clear(side);
    said.textContent = sentence(side, chosen, shares);
  }
  function clear(side) {
    for (const button of sides[side]) {
      button.style.removeProperty("--weight");
      button.lastChild.textContent = "";
    }
  }
  function sentence(side, chosen, shares) {
    const [these, others] = side === "source" ? [source, target] : [target, source];
    const strongest = others
      .map(({ text }, place) => [text, shares[place]])
      .filter(([, share]) => share >= SAID)
      .sort((one, another) => another[1] - one[1])
      .map(([text, share]) => `${text} ${percent(share)}`);
    const verb = side === "source" ? "was looked at for" : "was written looking at";
    return `“${these[chosen].text}” ${verb} ${strongest.join(", ") || "nothing in particular"}`;
  }
  function leave() {
    const focused = Object.entries(sides).find(([, buttons]) => buttons.includes(document.activeElement));
    if (focused) {
      light(focused[0], focused[1].indexOf(document.activeElement));
      return;
    }
    for (const side of Object.keys(sides)) {
      clear(side);
      sides[side].forEach((button) => button.classList.remove("chosen"));
    }
    said.textContent = HINT;
  }

  function row(side, label, these) {
    const buttons = these.map(({ text, isEnd }, place) => {
      const button = make(
        "button",
        { type: "button", className: isEnd ? "word end" : "word", tabIndex: place ? -1 : 0 },
        make("span", { dir: "auto" }, text),
        make("small", { "aria-hidden": "true" }),
      );
      button.addEventListener("pointerenter", () => light(side, place));
      button.addEventListener("pointerleave", leave);
      button.addEventListener("focus", () => light(side, place));
      button.addEventListener("blur", leave);
      button.addEventListener("click", () => button.focus()); // not every browser focuses what is clicked
      return button;
    });
    sides[side] = buttons;
    const group = make("div", { className: "words", role: "group", "aria-label": label }, ...buttons);
    group.addEventListener("keydown", (event) => {
      const next = nextPlace(event.key, buttons.indexOf(document.activeElement), buttons.length);
      if (next === null) return;
      event.preventDefault();
      buttons.forEach((button, place) => (button.tabIndex = place === next ? 0 : -1));
      buttons[next].focus();
    });
    return group;
  }
  return make("div", { className: "linked" }, row("source", "Source", source), row("target", "Translation", target), said);
}

function heatMap(source, target, weights) {
  const header = make("tr", {}, make("td"), ...source.map((word) => columnHeader(word)));
  const rows = target.map(({ text }, row) =>
    make(
      "tr",
      {},
      make("th", { scope: "row", dir: "auto" }, text),
      ...source.map((word, column) => cell(text, word.text, weights[row][column])),
    ),
  );
  const table = make("table", { className: "heat" }, make("thead", {}, header), make("tbody", {}, ...rows));
  return make("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": "Heat map of the attention" }, table);
}

function columnHeader({ text, isEnd }) {
  return make("th", { scope: "col", className: isEnd ? "end" : "" }, make("span", { dir: "auto" }, text));
}

function cell(written, read, weight) {
  const shown = Math.round(100 * weight);
  const found = make("td", { title: `${written} ← ${read}: ${percent(weight)}` }, shown ? String(shown) : "·");
  found.style.setProperty("--weight", weight);
  return found;
}
