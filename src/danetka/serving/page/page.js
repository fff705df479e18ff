// The page: its state, the form, the languages. The other modules draw, speak and read.

import { EXAMPLES } from "./examples.js";
import { make, reading, table, verdict } from "./show.js";
import { broken, send } from "./talk.js";
import { firstLanguage, keepLanguage, percent, setTexts, TEXTS } from "./texts.js";
import { askForToken } from "./token.js";
import { startUpload } from "./upload.js";

const $ = (id) => document.getElementById(id);
const FIELDS = ["question", "passage", "margin"];

const state = {
  language: firstLanguage(),
  model: null, // what /v1/model says
  asked: null, // {passage, margin}: what the answers are to
  rows: [], // {number, question, answer}
  order: { by: "number", down: false },
  open: null, // the number of the row whose sentence is shown
  failure: null, // why there was no answer
  faults: {}, // field → function of the texts
  stop: null, // the AbortController of what is going on
};
const say = () => TEXTS[state.language];

const askToken = (wrong) => askForToken(wrong ? say().tokenWrong : "");

// Asking

const questions = () => $("question").value.split("\n").map((line) => line.trim()).filter(Boolean);
const margin = () => Number($("margin").value);
const options = () => ({ margin: margin(), evidence: $("evidence").checked });
const decision = () => ({ threshold: state.model?.threshold ?? 0.5, margin: state.asked.margin });

/** What is missing in the form, by field. */
function missing(asked, passage) {
  const most = state.model?.limits?.max_rows ?? Infinity;
  const faults = {};
  if (!asked.length) faults.question = (texts) => texts.emptyQuestion;
  if (asked.length > most) faults.question = (texts) => texts.tooMany(most);
  if (!passage.trim()) faults.passage = (texts) => texts.emptyPassage;
  return faults;
}

async function ask() {
  if (state.stop) return;
  const asked = questions();
  const passage = $("passage").value;
  Object.assign(state, { failure: null, faults: missing(asked, passage) });
  drawFaults();
  const first = FIELDS.find((field) => state.faults[field]);
  if (first) {
    $(first).focus();
    return;
  }
  const about = options();
  const rows = asked.map((question) => ({ question, passage }));
  const answers = await busy((signal, onWait) => answersTo(rows, about, signal, onWait));
  if (!answers) return;
  state.asked = { passage, margin: about.margin };
  state.rows = asked.map((question, i) => ({ number: i + 1, question, answer: answers[i] }));
  Object.assign(state, { order: { by: "number", down: false }, open: asked.length > 1 ? 1 : null });
  drawResult();
  show($("result"));
}

async function answersTo(rows, about, signal, onWait) {
  const body = JSON.stringify({ ...(rows.length > 1 ? { rows } : rows[0]), ...about });
  const how = { body, type: "application/json", signal, askToken, onWait };
  const found = await (await send("v1/answer", how)).json();
  return rows.length > 1 ? found.answers : [found];
}

/** Do something that takes a while: a word about it, a button to stop it, its failure shown. */
async function busy(work) {
  const stop = new AbortController();
  state.stop = stop;
  const began = Date.now();
  let waiting = 0;
  const tell = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    const told = seconds > 1 ? say().busyFor(seconds) : say().busy;
    $("status").textContent = waiting ? say().waiting(waiting) : told;
  };
  const clock = setInterval(tell, 1000);
  tell();
  drawBusy();
  try {
    return await work(stop.signal, (seconds) => {
      waiting = seconds;
      tell();
    });
  } catch (error) {
    fail(broken(error));
    return null;
  } finally {
    clearInterval(clock);
    state.stop = null;
    $("status").textContent = state.failure?.kind === "stopped" ? say().stopped : "";
    drawBusy();
  }
}

/** A failure at the field that is named, or else below the form. */
function fail(failure) {
  state.failure = failure;
  for (const { field, row, told } of failure.faults) {
    if (!FIELDS.includes(field)) continue;
    const several = row !== null && questions().length > 1;
    const say = (texts) => texts.fault(told);
    state.faults[field] ??= several ? (texts) => texts.inQuestion(row + 1, say(texts)) : say;
  }
  drawFaults();
  $(FIELDS.find((field) => state.faults[field]))?.focus();
}

// Drawing

/** The sentence for a failure; a `Failure`'s kind is its text's name. */
function sentence({ kind, told }, texts) {
  return typeof texts[kind] === "function" ? texts[kind](told) : texts[kind];
}

function drawFaults() {
  for (const field of FIELDS) {
    const told = state.faults[field]?.(say()) ?? "";
    $(`${field}-error`).textContent = told;
    $(field).toggleAttribute("aria-invalid", Boolean(told));
  }
  const elsewhere = state.failure && !Object.keys(state.faults).length;
  const quiet = !elsewhere || state.failure.kind === "stopped";
  $("failure").textContent = quiet ? "" : sentence(state.failure, say());
}

function drawBusy() {
  $("ask").setAttribute("aria-busy", String(Boolean(state.stop)));
  $("stop").hidden = !state.stop;
  // Not `disabled`: that would take the focus from who asks by keyboard.
  for (const each of document.querySelectorAll("#submit, .example")) {
    each.setAttribute("aria-disabled", String(Boolean(state.stop)));
  }
}

function drawResult() {
  $("result").hidden = !state.rows.length;
  if (!state.rows.length) return;
  const many = state.rows.length > 1;
  const shown = state.rows.find((row) => row.number === (many ? state.open : 1));
  $("result-title").textContent = many ? say().answers : say().answer;
  const one = many ? [] : verdict(state.rows[0].answer, decision(), say(), state.language);
  $("asked").textContent = many ? "" : state.rows[0].question;
  $("verdict").replaceChildren(...one);
  $("answers").replaceChildren(...(many ? drawTable() : []));
  $("reading").replaceChildren(...reading(state.asked.passage, shown?.answer, say()));
}

function drawTable() {
  const again = (id) => {
    drawResult();
    $(id).focus();
  };
  const on = {
    onSort: (by) => {
      state.order = { by, down: state.order.by === by && !state.order.down };
      again(`sort-${by}`);
    },
    onOpen: (number) => {
      state.open = state.open === number ? null : number;
      again(`row-${number}`);
    },
  };
  const view = { order: state.order, open: state.open, decision: decision() };
  return [make("p", "hint", say().choosing), table(state.rows, view, on, say(), state.language)];
}

function drawMargin() {
  const threshold = state.model?.threshold ?? 0.5;
  const ends = [Math.max(threshold - margin(), 0), Math.min(threshold + margin(), 1)];
  const shares = ends.map((p) => percent(p, state.language, 0));
  $("margin-says").textContent = margin() ? say().marginSays(...shares) : say().marginNever;
  $("margin").setAttribute("aria-valuetext", $("margin-says").textContent);
}

function drawExamples() {
  $("example-list").replaceChildren(
    ...EXAMPLES.map((example) => {
      const [first, ...others] = example.question.split("\n");
      const button = make("button", "plain example", first);
      Object.assign(button, { type: "button", lang: "ru" });
      if (others.length) {
        const more = make("span", "more", say().questions(others.length + 1));
        more.lang = state.language;
        button.append(" ", more);
      }
      button.addEventListener("click", () => {
        if (state.stop) return;
        $("question").value = example.question;
        $("passage").value = example.passage;
        fit();
        ask();
      });
      return make("li", "", button);
    }),
  );
}

function drawModel() {
  const { model } = state;
  const told = model ? [say().model(model.name, percent(model.threshold, state.language, 0))] : [];
  if (model && model.temperature !== 1) told.push(say().calibrated);
  $("model").textContent = told.join(" · ");
}

function draw() {
  setTexts(state.language);
  drawExamples();
  drawMargin();
  drawModel();
  drawFaults();
  drawResult();
  drawBusy();
  upload.draw();
}

function show(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const { top } = element.getBoundingClientRect();
  const seen = top >= 0 && top < innerHeight / 2;
  if (!seen) element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
}

/** A line for each question, up to eight. */
function fit() {
  $("question").rows = Math.min(Math.max($("question").value.split("\n").length, 2), 8);
}

// What happens

const upload = startUpload({
  send: (path, how) => send(path, { ...how, askToken }),
  sentence,
  texts: () => [say(), state.language],
  limit: () => state.model?.limits?.max_file,
  options,
});

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
$("ask").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    ask();
  }
});
$("stop").addEventListener("click", () => state.stop?.abort());
$("margin").addEventListener("input", drawMargin);
$("question").addEventListener("input", fit);
for (const field of FIELDS) {
  $(field).addEventListener("input", () => {
    delete state.faults[field];
    if (!Object.keys(state.faults).length) state.failure = null;
    drawFaults();
  });
}
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    state.language = button.dataset.language;
    keepLanguage(state.language);
    draw();
  });
}

/** Ask for the model and the limits; while it is loaded, which may take minutes, say so. */
async function begin() {
  const onWait = (seconds) => {
    $("status").textContent = seconds ? say().loading : "";
  };
  try {
    state.model = await (await send("v1/model", { askToken, onWait, tries: 300 })).json();
    $("margin").value = String(state.model.margin);
    $("evidence").checked = state.model.evidence;
    drawMargin();
    drawModel();
  } catch (error) {
    fail(broken(error));
  }
}

draw();
fit();
begin();
