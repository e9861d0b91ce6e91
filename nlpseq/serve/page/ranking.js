// The list of the best that a search found, one of them chosen.

import { make, percent, signed } from "./elements.js";

/** Show `found` (`{text, score, log_prob}` of each), the one at `chosen` marked; `choose(place)` when one is clicked. */
export function showRanking(place, found, chosen, choose) {
  place.replaceChildren(
    ...found.map(({ text, score, log_prob }, number) => {
      const button = make(
        "button",
        { type: "button", "aria-pressed": String(number === chosen) },
        make("span", { className: "text", dir: "auto" }, text || "(nothing)"),
        make(
          "span",
          { className: "score", title: "What the search ranks by; higher is better" },
          `score ${signed(score)}, probability ${percent(Math.exp(log_prob))}`,
        ),
      );
      button.addEventListener("click", () => {
        for (const other of place.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
        choose(number);
      });
      return make("li", {}, button);
    }),
  );
}
