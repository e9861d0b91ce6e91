// The runs of a task: which one answers, what it says of itself, and inputs to try.

import { make } from "./elements.js";

/**
 * Show the models of a panel and their examples. Returns a function that gives the chosen model's name.
 *
 * `changed()` is called once another one is chosen, `tried(text)` with an example that was clicked. Where several
 * lines are several texts (`severalLines`), all examples can be tried at once.
 */
export function chooseModel(panel, models, { changed, tried, severalLines = false }) {
  const place = panel.querySelector(".model");
  const about = make("span", { className: "about" });
  const select = make("select", { id: `${panel.id}-model` }, ...models.map(({ name }) => make("option", {}, name)));
  if (models.length > 1) place.append(make("label", { htmlFor: select.id }, "Model"), select);
  place.append(about);

  function model() {
    return models[Math.max(0, select.selectedIndex)];
  }
  function show() {
    about.textContent = models.length > 1 ? model().description : `${model().name}: ${model().description}`;
    showExamples(panel.querySelector(".examples"), model().examples, tried, severalLines);
  }
  select.addEventListener("change", () => {
    show();
    changed();
  });
  show();
  return model;
}

function showExamples(place, examples, tried, severalLines) {
  const choices = [...new Set(examples)].map((text) => [text, text]);
  if (severalLines && examples.length > 1) choices.push(["All of them", examples.join("\n")]);
  place.replaceChildren(
    ...choices.map(([name, text]) => {
      const button = make("button", { type: "button", className: "example", title: text }, name);
      button.addEventListener("click", () => tried(text));
      return button;
    }),
  );
  if (examples.length) place.prepend(make("span", { className: "hint" }, "Try"));
}
