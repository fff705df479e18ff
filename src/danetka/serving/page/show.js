// Drawing answers. What anybody wrote is set as text, never as HTML.

import { percent } from "./texts.js";

const CLASSES = new Map([[true, "is-yes"], [false, "is-no"], [null, "is-unsure"]]);

/** An element with a class, and texts or elements within. */
export function make(tag, name = "", ...within) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...within);
  return made;
}

/** A share as the bar's place. Styles are set by script: the policy forbids style attributes. */
function place(element, name, share) {
  element.style.setProperty(name, String(share));
  return element;
}

/**
 * P(да) and P(нет) as the two parts of a bar, the threshold marked on it.
 *
 * @param {{yes: boolean|null, yes_probability: number}} answer
 * @param {{threshold: number, margin: number}} decision
 */
export function bar(answer, decision, say, language) {
  const parts = [make("span", "part yes-part"), make("span", "part no-part")];
  const margin = place(make("span", "zone"), "--from", Math.max(decision.threshold - decision.margin, 0));
  place(margin, "--to", Math.min(decision.threshold + decision.margin, 1));
  const tick = place(make("span", "tick"), "--at", decision.threshold);
  const drawn = make("div", `bar ${CLASSES.get(answer.yes)}`, ...parts);
  if (decision.margin > 0) drawn.append(margin);
  drawn.append(tick);
  drawn.setAttribute("role", "img");
  const threshold = percent(decision.threshold, language, 0);
  drawn.setAttribute("aria-label", say.barSays(percent(answer.yes_probability, language), threshold));
  return place(drawn, "--p", answer.yes_probability);
}

/** The answer to one question: the word, its probability, the bar with its legend. */
export function verdict(answer, decision, say, language) {
  const word = make("span", `word ${CLASSES.get(answer.yes)}`, answer.answer);
  word.lang = "ru";
  const share = percent(answer.probability, language);
  const likelier = answer.yes_probability >= 0.5 ? "да" : "нет";
  const told = answer.yes === null ? say.leaning(likelier, share) : say.withProbability(share);
  const sure = make("span", "sure", told);
  const legend = make(
    "div",
    "legend",
    make("span", "is-yes", `${say.yes} ${percent(answer.yes_probability, language)}`),
    make("span", "is-no", `${say.no} ${percent(1 - answer.yes_probability, language)}`),
  );
  const mark = make("span", "tick-name", say.threshold(percent(decision.threshold, language, 0)));
  const under = make("div", "under", place(mark, "--at", decision.threshold));
  const drawn = [make("p", "says", word, " ", sure), legend, bar(answer, decision, say, language), under];
  if (answer.yes === null) drawn.push(make("p", "hint", say.unsure));
  return drawn;
}

/**
 * Split a text at a span of Unicode code points, which is how the server counts: a script counts an
 * emoji twice.
 *
 * @param {string} text
 * @param {[number, number]} span
 * @returns {[string, string, string]}
 */
export function split(text, [start, end]) {
  const points = Array.from(text);
  return [points.slice(0, start), points.slice(start, end), points.slice(end)].map((part) => part.join(""));
}

/** The passage that was read, with the deciding sentence marked. */
export function reading(passage, answer, say) {
  const text = make("p", "passage");
  text.lang = "ru";
  text.dir = "auto";
  if (answer?.evidence_span) {
    const [before, sentence, after] = split(passage, answer.evidence_span);
    text.append(before, make("mark", "", sentence), after);
  } else text.append(passage);
  const drawn = [make("h3", "", answer?.evidence_span ? say.readPassage : say.readPlain), text];
  if (answer?.windows > 1) drawn.push(make("p", "hint", say.windows(answer.windows)));
  return drawn;
}

const KEYS = {
  number: () => 0,
  question: (row) => row.question,
  answer: (row) => row.answer.yes_probability,
};

/** The rows in an order: equal ones, and all by number, as they were asked. */
export function ordered(rows, { by, down }) {
  const key = KEYS[by];
  const compare = (a, b) => {
    const [x, y] = [key(a), key(b)];
    const found = typeof x === "string" ? x.localeCompare(y, "ru") : x - y;
    return (down ? -found : found) || a.number - b.number;
  };
  if (by === "number") return down ? [...rows].reverse() : rows;
  return [...rows].sort(compare);
}

/**
 * Several questions as a table.
 *
 * @param {{number: number, question: string, answer: object}[]} rows
 * @param {{order: {by: string, down: boolean}, open: number|null, decision: object}} view
 * @param {{onSort: (by: string) => void, onOpen: (number: number) => void}} on
 */
export function table(rows, view, on, say, language) {
  const heads = [["number", say.number], ["question", say.columnQuestion], ["answer", say.answer]];
  const head = make("tr", "", ...heads.map(([by, name]) => sortable(by, name, view.order, on, say)));
  const body = make("tbody");
  for (const row of ordered(rows, view.order)) {
    body.append(tableRow(row, row.number === view.open, view.decision, on, say, language));
  }
  const drawn = make("table", "answers", make("thead", "", head), body);
  drawn.setAttribute("aria-labelledby", "result-title");
  return drawn;
}

function sortable(by, name, order, on, say) {
  const button = make("button", "plain", name);
  button.type = "button";
  button.id = `sort-${by}`;
  button.title = say.sort(name);
  button.addEventListener("click", () => on.onSort(by));
  const head = make("th", by, button);
  head.scope = "col";
  if (order.by === by) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
  return head;
}

function tableRow({ number, question, answer }, open, decision, on, say, language) {
  const button = make("button", "plain", question);
  Object.assign(button, { type: "button", id: `row-${number}`, lang: "ru" });
  button.setAttribute("aria-expanded", String(open));
  button.addEventListener("click", () => on.onOpen(number));
  const asked = make("td", "question", button);
  if (open) {
    const sentence = make("p", "sentence", answer.evidence ?? say.noEvidence);
    sentence.lang = answer.evidence ? "ru" : language;
    asked.append(sentence);
  }
  const word = make("b", CLASSES.get(answer.yes), answer.answer);
  word.lang = "ru";
  const share = make("span", "share", percent(answer.probability, language));
  const said = make("td", "answer", make("div", "short", word, share));
  said.append(bar(answer, decision, say, language));
  return make("tr", open ? "open" : "", make("td", "number", String(number)), asked, said);
}
