// What was tried on this visit, to be taken up again; it is kept until the browser's tab is closed, and nowhere else.

import { make } from "./elements.js";

const MOST = 20;

/** Keep what a panel was asked. `tried(text)` is called with one that is clicked. Returns `{note(text)}`. */
export function keepHistory(panel, tried) {
  const key = `nlpseq-${panel.id}`;
  const list = make("ol");
  const summary = make("summary");
  const place = make("details", { className: "history", hidden: true }, summary, list);
  panel.querySelector(".examples").after(place);
  let texts = JSON.parse(sessionStorage.getItem(key) ?? "[]");

  function show() {
    place.hidden = !texts.length;
    summary.textContent = `Earlier on this visit (${texts.length})`;
    list.replaceChildren(
      ...texts.map((text) => {
        const button = make("button", { type: "button", className: "example", title: text, dir: "auto" }, text);
        button.addEventListener("click", () => tried(text));
        return make("li", {}, button);
      }),
    );
  }
  show();
  return {
    note(text) {
      if (!text.trim() || texts[0] === text) return;
      // What goes on with the text before it takes its place.
      const kept = texts.filter((other, place) => other !== text && !(place === 0 && text.startsWith(other)));
      texts = [text, ...kept].slice(0, MOST);
      sessionStorage.setItem(key, JSON.stringify(texts));
      show();
    },
  };
}
