// Tabs by the ARIA pattern: one of them in the tab order, arrow keys between them, the address names the chosen one.

import { make } from "./elements.js";

/** A tab for each panel (`panel-NAME`), the one that the address's `#NAME` names open. */
export function addTabs(list, panels) {
  const tabs = panels.map((panel) => {
    const name = panel.id.replace("panel-", "");
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `tab-${name}`);
    const tab = make(
      "button",
      { type: "button", id: `tab-${name}`, role: "tab", "aria-controls": panel.id },
      panel.dataset.name,
    );
    tab.addEventListener("click", () => choose(panel));
    return tab;
  });
  list.append(...tabs);

  function choose(chosen) {
    panels.forEach((panel, place) => {
      panel.hidden = panel !== chosen;
      tabs[place].setAttribute("aria-selected", String(panel === chosen));
      tabs[place].tabIndex = panel === chosen ? 0 : -1;
    });
    const tab = tabs[panels.indexOf(chosen)];
    history.replaceState(null, "", `#${tab.id.replace("tab-", "")}`);
    document.title = `${tab.textContent} · nlpseq`;
    tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function named() {
    return panels.find((panel) => panel.id === `panel-${location.hash.slice(1)}`) ?? panels[0];
  }

  list.addEventListener("keydown", (event) => {
    const place = tabs.indexOf(document.activeElement);
    const next = nextPlace(event.key, place, tabs.length);
    if (next === null) return;
    event.preventDefault();
    choose(panels[next]);
    tabs[next].focus();
  });
  window.addEventListener("hashchange", () => choose(named()));
  choose(named());
}

/** Where a key leads among `count` things in a row, round the ends; null if it is no such key. */
export function nextPlace(key, place, count) {
  const places = {
    ArrowRight: (place + 1) % count,
    ArrowLeft: (place + count - 1) % count,
    Home: 0,
    End: count - 1,
  };
  return places[key] ?? null;
}
