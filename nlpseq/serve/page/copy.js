// A button that puts what was found into the clipboard.

import { make } from "./elements.js";

const SAID_MILLISECONDS = 2000;

/** Add one beside a heading; `textOf()` is what it copies. */
export function addCopy(title, textOf) {
  const said = make("span", { className: "unseen", role: "status" });
  const button = make("button", { type: "button", className: "copy" }, "Copy");
  button.addEventListener("click", async () => {
    const done = await copy(textOf());
    said.textContent = done ? "Copied" : "The browser does not let this page copy";
    button.textContent = done ? "Copied" : "Not allowed";
    setTimeout(() => {
      button.textContent = "Copy";
      said.textContent = "";
    }, SAID_MILLISECONDS);
  });
  const heading = make("div", { className: "heading" });
  title.replaceWith(heading);
  heading.append(title, button, said);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text); // only where the page is the machine's own, or comes by https
    return true;
  } catch {
    const field = make("textarea", { value: text, className: "unseen" });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
