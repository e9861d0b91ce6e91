// A table that is dropped onto the page, or chosen: a column of it is read, and it is given back with the answers.

import { counted, make, showError } from "./elements.js";
import { parseTable, tableText } from "./csv.js";

const MOST_BYTES = 20_000_000;
const MOST_ROWS = 10_000;
const PREVIEW = 3;
const USUAL = /^(text|src|source|sentence|review|comment|message|document|body|content|title)s?$/i;

/** Let a panel take tables. `ask(texts, signal)` gives answers; `columns(answer)` is what one adds to its row. */
export function takeTables(panel, limits, { ask, columns }) {
  const name = panel.dataset.name;
  const id = `${panel.id}-file`;
  const input = make("input", { type: "file", id, accept: ".csv,.tsv,.txt" });
  const error = make("p", { className: "error", role: "alert", hidden: true });
  const work = make("div", { hidden: true });
  const hint = make("span", { className: "hint" }, `CSV or TSV, or a line a text; at most ${MOST_ROWS.toLocaleString("en")} rows. Or drop one here.`);
  panel.append(
    make("section", { className: "table", "aria-label": "A whole table" }, make("label", { htmlFor: id, className: "title" }, "A whole table"), input, hint, error, work),
  );
  let pending = new AbortController();

  async function take(file) {
    pending.abort();
    work.hidden = true;
    showError(error, "");
    try {
      offer(file.name, await read(file));
    } catch (trouble) {
      showError(error, trouble.message);
    }
  }
  function offer(file, table) {
    const column = make("select", { id: `${id}-column` }, ...table.header.map((each) => make("option", {}, each)));
    column.selectedIndex = likeliest(table);
    const go = make("button", { type: "button", className: "main" }, name);
    const said = make("p", { className: "status", role: "status" }, `${file}: ${counted(table.rows.length, "row")}.`);
    const result = make("div");
    go.addEventListener("click", () => run(file, table, column.selectedIndex, said, result, go));
    const choice = make("div", { className: "buttons" }, make("label", { htmlFor: column.id }, "Column"), column, go);
    work.replaceChildren(said, choice, result);
    work.hidden = false;
  }
  async function run(file, table, column, said, result, go) {
    pending.abort();
    pending = new AbortController();
    const { signal } = pending;
    const texts = table.rows.map((row) => row[column] ?? "");
    const long = texts.findIndex((text) => text.length > limits.characters);
    showError(error, long < 0 ? "" : `Row ${long + 1} has more than ${limits.characters} characters.`);
    if (long >= 0) return;
    const stop = make("button", { type: "button", className: "stop" }, "Stop");
    stop.addEventListener("click", () => pending.abort());
    const bar = make("progress", { max: texts.length, value: 0, "aria-label": "Rows answered" });
    result.replaceChildren(make("div", { className: "buttons" }, bar, stop));
    go.disabled = true;
    const answers = [];
    try {
      for (let start = 0; start < texts.length; start += limits.texts) {
        answers.push(...(await answersTo(texts.slice(start, start + limits.texts), signal)));
        bar.value = answers.length;
        said.textContent = `${file}: ${answers.length.toLocaleString("en")} of ${counted(texts.length, "row")}.`;
      }
      result.replaceChildren();
    } catch (trouble) {
      result.replaceChildren();
      if (!signal.aborted) showError(error, trouble.message);
      else said.textContent = `${file}: stopped after ${counted(answers.length, "row")}.`;
    }
    go.disabled = false;
    if (answers.length) result.append(...givenBack(file, table, column, answers));
  }
  async function answersTo(texts, signal) {
    const wanted = texts.map((_, place) => place).filter((place) => texts[place].trim());
    const found = wanted.length ? await ask(wanted.map((place) => texts[place]), signal) : [];
    const rows = texts.map(() => null);
    wanted.forEach((place, number) => (rows[place] = columns(found[number])));
    return rows;
  }
  function givenBack(file, table, column, answers) {
    const added = Object.keys(answers.find(Boolean) ?? {});
    const header = [...table.header, ...added.map((each) => (table.header.includes(each) ? `${each}_of_model` : each))];
    const rows = answers.map((answer, row) => [...table.rows[row], ...added.map((each) => answer?.[each] ?? "")]);
    const content = new Blob([tableText(header, rows, table.delimiter)], { type: "text/csv" });
    const saved = file.replace(/(\.[^.]*)?$/, table.delimiter === "\t" ? "-answered.tsv" : "-answered.csv");
    const link = make("a", { className: "main save", href: URL.createObjectURL(content), download: saved }, `Save ${saved}`);
    return [link, preview([header[column], ...header.slice(table.header.length)], rows.slice(0, PREVIEW), column, table.header.length)];
  }
  function preview(header, rows, column, first) {
    const body = rows.map((row) =>
      make("tr", {}, ...[row[column], ...row.slice(first)].map((cell) => make("td", { dir: "auto" }, String(cell)))),
    );
    const caption = make("caption", {}, rows.length > 1 ? `The first ${rows.length} rows` : "The first row");
    const head = make("tr", {}, ...header.map((each) => make("th", { scope: "col" }, each)));
    const table = make("table", { className: "preview" }, caption, make("thead", {}, head), make("tbody", {}, ...body));
    return make("div", { className: "wide", tabIndex: 0, role: "region", "aria-label": "The first rows" }, table);
  }

  input.addEventListener("change", () => input.files[0] && take(input.files[0]));
  document.addEventListener("dragover", (event) => {
    if (!panel.hidden && event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    if (panel.hidden || !file) return;
    event.preventDefault();
    take(file);
  });
}

async function read(file) {
  if (file.size > MOST_BYTES) throw new Error(`${file.name} is larger than ${MOST_BYTES / 1e6} MB; nlpseq predict takes it.`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error(`${file.name} is not a table in UTF-8; save it as CSV in UTF-8.`);
  }
  const table = parseTable(text, file.name);
  if (!table.rows.length) throw new Error(`${file.name} has no rows below its first line.`);
  if (table.rows.length > MOST_ROWS) throw new Error(`${file.name} has more than ${MOST_ROWS} rows; nlpseq predict takes it.`);
  return table;
}

/** The column that is read, most likely: one of a usual name, or else that of the longest texts. */
function likeliest({ header, rows }) {
  const named = header.findIndex((each) => USUAL.test(each.trim()));
  if (named >= 0) return named;
  const lengths = header.map((_, column) => rows.slice(0, 100).reduce((sum, row) => sum + (row[column] ?? "").length, 0));
  return lengths.indexOf(Math.max(...lengths));
}
