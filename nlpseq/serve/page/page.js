// The page: which tasks are served, a tab for each. What a task's tab does stands in the file of its name.

import { showError } from "./elements.js";
import { get } from "./server.js";
import { addTabs } from "./tabs.js";

async function start() {
  const trouble = document.querySelector("#trouble");
  let served;
  try {
    served = await get("api/models");
  } catch (error) {
    showError(trouble, `${error.message} Reload the page to try again.`);
    return;
  }
  const modelsOf = (panel) => served.models.filter((model) => `panel-${model.task}` === panel.id);
  const panels = [...document.querySelectorAll("main > section")].filter((panel) => modelsOf(panel).length);
  for (const panel of panels) {
    const tab = await import(`./${modelsOf(panel)[0].task}.js`);
    tab.start(panel, modelsOf(panel), served.limits);
  }
  addTabs(document.querySelector("[role=tablist]"), panels);
}

start();
