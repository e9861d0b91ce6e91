// Tables as text: RFC 4180 with commas, semicolons or tabs; a file of lines is a table of one column.

const DELIMITERS = [",", "\t", ";"];

/** `{header, rows, delimiter}` of a file's text; every row has a cell for each name of the header. */
export function parseTable(text, name) {
  if (/\.txt$/i.test(name)) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim());
    return { header: ["text"], rows: lines.map((line) => [line]), delimiter: "," };
  }
  const [first] = text.split("\n", 1);
  const counts = DELIMITERS.map((delimiter) => first.split(delimiter).length);
  const delimiter = /\.tsv$/i.test(name) ? "\t" : DELIMITERS[counts.indexOf(Math.max(...counts))];
  const [header, ...rows] = cells(text, delimiter);
  return {
    header: header ?? [],
    rows: rows.map((row) => header.map((_, column) => row[column] ?? "")),
    delimiter,
  };
}

/** The table as text again. */
export function tableText(header, rows, delimiter) {
  const quoted = (cell) => (/["\r\n]/.test(cell) || String(cell).includes(delimiter) ? `"${String(cell).replaceAll('"', '""')}"` : cell);
  return [header, ...rows].map((row) => `${row.map(quoted).join(delimiter)}\r\n`).join("");
}

function cells(text, delimiter) {
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  const end = () => {
    row.push(cell);
    cell = "";
  };
  const endRow = () => {
    end();
    if (row.length > 1 || row[0].trim()) rows.push(row);
    row = [];
  };
  for (let place = 0; place < text.length; place++) {
    const letter = text[place];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[place + 1] === '"') cell += text[++place];
      else quoted = false;
    } else if (letter === '"' && !cell) quoted = true;
    else if (letter === delimiter) end();
    else if (letter === "\n") endRow();
    else if (letter !== "\r" || text[place + 1] !== "\n") cell += letter;
  }
  if (cell || row.length) endRow();
  return rows;
}
