// The page: which tasks are served, a tab for each.

import { startClassify } from "./classify.js";
import { showError } from "./elements.js";
import { startGenerate } from "./generate.js";
import { get } from "./server.js";
import { startSummarize } from "./summarize.js";
import { addTabs } from "./tabs.js";
import { startTranslate } from "./translate.js";

const STARTS = {
  translate: startTranslate,
  classify: startClassify,
  generate: startGenerate,
  summarize: startSummarize,
};

async function start() {
  const trouble = document.querySelector("#trouble");
  let served;
  try {
    served = await get("/api/models");
  } catch (error) {
    showError(trouble, `${error.message} Reload the page to try again.`);
    return;
  }
  const tasks = Object.keys(STARTS).filter((task) => served.models.some((model) => model.task === task));
  const panels = tasks.map((task) => document.querySelector(`#panel-${task}`));
  tasks.forEach((task, place) => {
    const models = served.models.filter((model) => model.task === task);
    STARTS[task](panels[place], models, served.limits);
  });
  addTabs(document.querySelector("[role=tablist]"), panels);
}

start();
