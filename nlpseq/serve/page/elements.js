// Elements and what they show. What users or models write goes in as text, never as HTML.

/** A new element with these properties or attributes, and with children that are elements or text. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Show a sentence about what went wrong, or nothing where it is empty. */
export function showError(place, sentence) {
  place.textContent = sentence;
  place.hidden = !sentence;
}

/** A share as a percentage, finer near 0 and 1, where it matters: 0.5 is "50%", 0.996 is "99.6%". */
export function percent(share) {
  if (share < 0.0005) return share > 0 ? "<0.1%" : "0%";
  const digits = share < 0.9995 && (share < 0.01 || share > 0.99) ? 1 : 0;
  return `${(100 * share).toFixed(digits)}%`;
}

/** A number with its sign, a real minus. */
export function signed(number, digits = 2) {
  return `${number < 0 ? "−" : "+"}${Math.abs(number).toFixed(digits)}`;
}

/** A number of things, one of them in the singular: "1 row", "2,000 rows". */
export function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** Call `act` on Ctrl+Enter or Cmd+Enter in a field. */
export function onCtrlEnter(field, act) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    act();
  });
}
