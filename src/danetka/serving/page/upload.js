// A file of questions: chosen or dropped, sent, its answers counted as they come, and kept to take.

import { EXAMPLES } from "./examples.js";
import { csv, formatOf, parse, RowCounter } from "./rows.js";
import { make } from "./show.js";
import { broken, Failure } from "./talk.js";
import { percent, size } from "./texts.js";

const $ = (id) => document.getElementById(id);
const SHOWN = 5;
const TYPES = { csv: "text/csv", tsv: "text/tab-separated-values", jsonl: "application/x-ndjson" };
const LABELS = { да: "is-yes", нет: "is-no" };

const state = {
  file: null,
  told: null, // function of the texts: what is wrong
  sent: 0, // rows in the file
  done: 0, // rows that came back
  result: null, // {rows, name, url}
  stop: null,
};

let page; // what page.js lends: send, sentence, texts, limit, options

/** Wire the part for files; `draw` of what comes back draws it anew, in the page's language. */
export function startUpload(lent) {
  page = lent;
  const chosen = $("chosen");
  chosen.addEventListener("change", () => choose(chosen.files[0] ?? null));
  $("upload").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!state.stop) answerFile();
  });
  $("stop-file").addEventListener("click", () => state.stop?.abort());
  takeDrops($("drop"));
  const rows = EXAMPLES.flatMap(({ question, passage }) =>
    question.split("\n").map((each) => ({ question: each, passage })),
  );
  $("sample").href = URL.createObjectURL(new Blob(["\ufeff", csv(rows)], { type: TYPES.csv }));
  return { draw };
}

function takeDrops(zone) {
  // A file dropped beside the zone must not replace the page, and what was typed with it.
  for (const kind of ["dragover", "drop"]) {
    addEventListener(kind, (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
  }
  zone.addEventListener("dragover", () => zone.classList.add("over"));
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("over");
    if (!state.stop && event.dataTransfer.files[0]) choose(event.dataTransfer.files[0]);
  });
}

function choose(file) {
  if (!file) return;
  Object.assign(state, { file, told: null, sent: 0, done: 0 });
  forget();
  trouble();
  draw();
}

/** Why the chosen file cannot be sent, into `state.told`. */
function trouble() {
  const { file } = state;
  const limit = page.limit();
  if (!file) state.told = (say) => say.noFile;
  else if (!formatOf(file.name)) state.told = (say) => say.unknownFormat(file.name);
  else if (limit && file.size > limit) state.told = (say, in_) => say.largeFile(size(limit, in_));
  else state.told = null;
}

function forget() {
  if (state.result) URL.revokeObjectURL(state.result.url);
  state.result = null;
}

async function answerFile() {
  trouble();
  if (state.told) {
    draw();
    $("chosen").focus();
    return;
  }
  const { file } = state;
  const wanted = $("answers-format").value;
  forget();
  Object.assign(state, { stop: new AbortController(), sent: 0, done: 0 });
  draw();
  try {
    state.sent = await count(file);
    draw();
    const blob = await answers(file, wanted, state.stop.signal);
    const name = `${file.name.replace(/\.\w+$/, "")}.answers.${wanted}`;
    const rows = parse(await blob.text(), wanted);
    state.result = { rows, name, url: URL.createObjectURL(blob) };
  } catch (error) {
    fail(broken(error));
  } finally {
    state.stop = null;
    draw();
  }
}

/** How many rows a file has. */
async function count(file) {
  const counter = new RowCounter(formatOf(file.name));
  try {
    await read(file.stream(), (text) => counter.add(text));
  } catch {
    throw new Failure("unreadable");
  }
  return counter.rows(true);
}

async function answers(file, wanted, signal) {
  const format = formatOf(file.name);
  const asked = new URLSearchParams({ format, answers: wanted, ...page.options() });
  const how = { body: file, type: TYPES[format], signal };
  const response = await page.send(`v1/file?${asked}`, how);
  const counter = new RowCounter(wanted);
  const parts = await read(response.body, (text) => {
    counter.add(text);
    state.done = counter.rows();
    drawProgress();
  });
  return new Blob(parts, { type: TYPES[wanted] });
}

/** Read a stream to its end; every part is told as text. */
async function read(stream, tell) {
  const decoder = new TextDecoder();
  const parts = [];
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return parts;
    parts.push(value);
    tell(decoder.decode(value, { stream: true }));
  }
}

function fail(failure) {
  const { file } = state;
  state.told = (say) => {
    if (failure.kind === "unreadable") return say.unreadable(file.name);
    return failure.kind === "large" ? say.tooLargeFile : page.sentence(failure, say);
  };
}

// Drawing

function draw() {
  const [say, language] = page.texts();
  const { file } = state;
  $("chosen-name").textContent = file ? say.chosen(file.name, size(file.size, language)) : "";
  $("drop").classList.toggle("full", Boolean(file));
  $("file-error").textContent = state.told?.(say, language) ?? "";
  $("chosen").disabled = Boolean(state.stop);
  $("send").setAttribute("aria-disabled", String(Boolean(state.stop)));
  $("stop-file").hidden = !state.stop;
  drawProgress();
  const drawn = state.result ? result(say, language) : [];
  $("file-result").replaceChildren(...drawn);
}

function drawProgress() {
  const [say] = page.texts();
  $("progress").hidden = !state.stop;
  const bar = $("progress-bar");
  if (state.done) Object.assign(bar, { max: Math.max(state.sent, state.done), value: state.done });
  else bar.removeAttribute("value");
  const told = state.done ? say.received(state.done, state.sent) : say.sending(state.sent);
  $("progress-says").textContent = told;
}

function result(say, language) {
  const { name, url } = state.result;
  const rows = state.result.rows.map((row, i) => ({ ...row, number: i + 1 }));
  const bad = rows.filter((row) => row.error);
  const link = make("a", "button", say.download);
  Object.assign(link, { href: url, download: name, id: "download" });
  const told = bad.length ? `${say.fileDone(rows.length)}, ${say.fileBad(bad.length)}` : say.fileDone(rows.length);
  const drawn = [make("p", "done", told), make("p", "take", link, " ", make("span", "hint", name))];
  const good = rows.filter((row) => row.answer).slice(0, SHOWN);
  if (good.length) drawn.push(preview(say, language, good, rows.length - bad.length));
  if (bad.length) drawn.push(badRows(say, bad.slice(0, SHOWN)));
  return drawn;
}

function preview(say, language, rows, all) {
  const lines = rows.map((row) => {
    const word = make("b", LABELS[row.answer] ?? "is-unsure", row.answer);
    const share = make("span", "share", percent(Number(row.probability), language));
    const said = make("td", "answer", make("div", "short", word, share));
    return line(row, make("p", "sentence", row.evidence ?? ""), said);
  });
  return figure(say.preview(rows.length, all), [say.number, say.columnQuestion, say.answer], lines);
}

function badRows(say, rows) {
  const lines = rows.map((row) => line(row, make("p", "why", say.fault(row.error))));
  return figure(say.previewBad, [say.number, say.columnQuestion], lines);
}

function line(row, below, ...cells) {
  const asked = make("td", "question", row.question ?? "", below);
  return make("tr", "", make("td", "number", String(row.number)), asked, ...cells);
}

function figure(title, heads, lines) {
  const cells = heads.map((name) => Object.assign(make("th", "", name), { scope: "col" }));
  const head = make("thead", "", make("tr", "", ...cells));
  return make("table", "preview", make("caption", "", title), head, make("tbody", "", ...lines));
}
