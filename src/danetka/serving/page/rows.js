// CSV and JSON lines: as much of them as a preview, a count and a sample need.

/** What a file's name says it is: csv, tsv, jsonl, or null. */
export function formatOf(name) {
  const end = name.toLowerCase().split(".").at(-1);
  return { csv: "csv", tsv: "tsv", jsonl: "jsonl", ndjson: "jsonl" }[end] ?? null;
}

/** Rows of a text with a header, as objects. */
export function parse(text, format) {
  if (format === "jsonl") {
    return text.split("\n").filter((line) => line.trim()).map(object);
  }
  const [header, ...rows] = cells(text.replace(/^\ufeff/, ""), format === "tsv" ? "\t" : ",");
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ""])));
}

/** A line of JSON, or what it says where it is no JSON of ours: a preview must not fail for it. */
function object(line) {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return { question: line };
  }
}

function cells(text, comma) {
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || row[0]) rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[(i += 1)];
      else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === comma) {
      row.push(cell);
      cell = "";
    } else if (c === "\n") endRow();
    else if (c !== "\r") cell += c;
  }
  if (cell || row.length) endRow();
  return rows;
}

/** Rows as CSV that parsers and spreadsheets read. */
export function csv(rows) {
  const names = Object.keys(rows[0]);
  const quote = (value) => `"${String(value).replaceAll('"', '""')}"`;
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((row) => `${row.map(quote).join(",")}\r\n`)
    .join("");
}

/** Counts the rows of a text that comes in parts: line ends, but for those within quotes. */
export class RowCounter {
  constructor(format) {
    this.header = format === "jsonl" ? 0 : 1;
    this.quotes = format !== "jsonl";
    this.lines = 0;
    this.quoted = false;
    this.open = false;
  }

  /** @param {string} text the next part */
  add(text) {
    for (const c of text) {
      if (c === '"' && this.quotes) this.quoted = !this.quoted;
      if (c === "\n" && !this.quoted) {
        this.lines += this.open ? 1 : 0;
        this.open = false;
      } else if (c !== "\r") this.open = true;
    }
  }

  /** Whole rows so far; at the end of the text also the last one without a line end. */
  rows(ended = false) {
    return Math.max(this.lines + (ended && this.open ? 1 : 0) - this.header, 0);
  }
}
