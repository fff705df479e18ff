// Every text of the page, in both languages. What takes a figure is a function of it.

const forms = { ru: new Intl.PluralRules("ru"), en: new Intl.PluralRules("en") };
const count = (language, n, words) =>
  `${n.toLocaleString(language)} ${words[forms[language].select(n)] ?? words.other}`;
const rowsRu = (n) => count("ru", n, { one: "строка", few: "строки", other: "строк" });
const rowsEn = (n) => count("en", n, { one: "row", other: "rows" });

// What the server says of a row, in Russian; what is not here stays as it said it.
const FAULTS = [
  [/question is (empty|missing|NaN)/, () => "нет вопроса"],
  [/passage is (empty|missing|NaN)/, () => "нет отрывка"],
  [/has no letters/, () => "нет ни одной буквы"],
  [/half a character/, () => "есть испорченный знак"],
  [/has (\d+) tokens, and the model reads (\d+)/, (a, b) => `слишком длинно для модели: токенов ${a}, а не больше ${b}`],
  [/no such column among those of the file \((.*?)\)/, (have) => `в файле нужны столбцы question и passage, а есть ${have}`],
  [/holds no rows/, () => "в файле нет ни одной строки"],
  [/(\d+) characters(?:,| where) at most (\d+)/, (a, b) => `слишком длинно: знаков ${a}, а не больше ${b}`],
];

function faultInRussian(told) {
  for (const [pattern, say] of FAULTS) {
    const found = told.match(pattern);
    if (found) return say(...found.slice(1));
  }
  return told;
}

const ru = {
  skip: "К вопросу",
  subtitle: "Отвечает на вопрос «да» или «нет» по отрывку текста",
  language: "Язык",
  question: "Вопрос",
  questionHint: "Несколько вопросов к одному отрывку — каждый с новой строки.",
  passage: "Отрывок, в котором искать ответ",
  margin: "Отвечать «не знаю»",
  marginNever: "никогда",
  marginSays: (low, high) => `если вероятность «да» между ${low} и ${high}`,
  evidence: "Показать решающее предложение",
  ask: "Спросить",
  stop: "Остановить",
  keys: "или Ctrl + Enter",
  answer: "Ответ",
  answers: "Ответы",
  examples: "Примеры",
  questions: (n) => count("ru", n, { one: "вопрос", few: "вопроса", other: "вопросов" }),
  withProbability: (p) => `вероятность ${p}`,
  leaning: (word, p) => `скорее «${word}», ${p}`,
  yes: "да",
  no: "нет",
  threshold: (p) => `порог ${p}`,
  barSays: (yes, threshold) => `Вероятность «да» ${yes}, порог ${threshold}`,
  unsure: "Вероятность слишком близка к порогу.",
  windows: (n) => `Отрывок длиннее, чем модель читает за раз: он прочитан по частям (${n}).`,
  readPassage: "Отрывок; выделено решающее предложение",
  readPlain: "Отрывок",
  number: "№",
  sort: (name) => `Упорядочить: ${name}`,
  noEvidence: "Решающее предложение не нашлось.",
  choosing: "Нажмите на вопрос, чтобы увидеть решающее предложение.",
  busy: "Модель читает…",
  busyFor: (n) => `Модель читает… ${n} с`,
  loading: "Модель загружается…",
  waiting: (n) => `Сервер занят. Повтор через ${n} с…`,
  stopped: "Остановлено. Написанное осталось на месте.",
  emptyQuestion: "Напишите вопрос.",
  emptyPassage: "Вставьте отрывок, по которому отвечать.",
  tooMany: (n) => `За раз — не больше ${n} вопросов. Больше — файлом, ниже.`,
  inQuestion: (n, told) => `Вопрос ${n}: ${told}`,
  fault: faultInRussian,
  network: "Сервер не отвечает. Проверьте, что он запущен и что сеть есть, и спросите снова.",
  overloaded: "Сервер занят, и повторы не помогли. Спросите чуть позже.",
  slow: "Модель не успела ответить за отведённое время. Сократите отрывок или спросите о меньшем.",
  large: "Слишком много для одного запроса. Сократите отрывок или разделите вопросы.",
  largeFile: (size) => `Файл слишком велик: сервер берёт до ${size}. Разделите его на части.`,
  tooLargeFile: "Файл слишком велик для сервера. Разделите его на части.",
  refused: (told) => `Сервер не принял запрос: ${faultInRussian(told)}`,
  server: (told) => `На сервере сбой (${told}). Спросите снова.`,
  needsToken: "Без токена этот сервер не отвечает.",
  file: "Файл с вопросами",
  fileAbout: "CSV, TSV или JSON lines со столбцами question и passage. Строки, на которые ответить нельзя, останутся в файле с пометкой. «Не знаю» и предложение — как выбрано выше.",
  sample: "Скачать образец",
  choose: "Выберите файл или перетащите его сюда",
  chosen: (name, size) => `${name} · ${size}`,
  answersFormat: "Ответы в виде",
  send: "Ответить на файл",
  noFile: "Сначала выберите файл.",
  unknownFormat: (name) => `${name}: нужен файл .csv, .tsv или .jsonl.`,
  unreadable: (name) => `${name}: файл не читается.`,
  sending: (n) => `Отправлено: ${rowsRu(n)}. Модель читает…`,
  received: (done, all) => `Готово: ${done} из ${all}`,
  fileDone: (n) => `Готово: ${rowsRu(n)}`,
  fileBad: (n) => `без ответа: ${n}`,
  download: "Скачать ответы",
  preview: (shown, all) => `Первые ответы: ${shown} из ${all}`,
  previewBad: "Без ответа",
  columnQuestion: "Вопрос",
  model: (name, threshold) => `Модель ${name} · порог ${threshold}`,
  calibrated: "вероятности калиброваны",
  caveat: "Модель отвечает по отрывку, а не по знаниям о мире, и ошибается. Написанное уходит только на этот сервер.",
  tokenTitle: "Нужен токен",
  tokenAbout: "Этот сервер отвечает тем, у кого есть токен. Он хранится, пока открыта вкладка.",
  token: "Токен",
  tokenUse: "Войти",
  tokenWrong: "Этот токен не подошёл.",
  cancel: "Отмена",
};

const en = {
  skip: "To the question",
  subtitle: "Answers a Russian question with «да» (yes) or «нет» (no) from a passage",
  language: "Language",
  question: "Question, in Russian",
  questionHint: "Several questions to one passage: one a line.",
  passage: "Passage to find the answer in, in Russian",
  margin: "Answer «не знаю» (don’t know)",
  marginNever: "never",
  marginSays: (low, high) => `if the probability of «да» is between ${low} and ${high}`,
  evidence: "Show the deciding sentence",
  ask: "Ask",
  stop: "Stop",
  keys: "or Ctrl + Enter",
  answer: "Answer",
  answers: "Answers",
  examples: "Examples",
  questions: (n) => count("en", n, { one: "question", other: "questions" }),
  withProbability: (p) => `probability ${p}`,
  leaning: (word, p) => `«${word}» is likelier, ${p}`,
  yes: "да (yes)",
  no: "нет (no)",
  threshold: (p) => `threshold ${p}`,
  barSays: (yes, threshold) => `Probability of «да» (yes) ${yes}, threshold ${threshold}`,
  unsure: "The probability is too near to the threshold.",
  windows: (n) => `The passage is longer than the model reads at once: it was read in ${n} parts.`,
  readPassage: "The passage, with the deciding sentence marked",
  readPlain: "The passage",
  number: "No.",
  sort: (name) => `Sort by: ${name}`,
  noEvidence: "No deciding sentence was found.",
  choosing: "Press a question to see its deciding sentence.",
  busy: "The model is reading…",
  busyFor: (n) => `The model is reading… ${n} s`,
  loading: "The model is being loaded…",
  waiting: (n) => `The server is busy. Trying again in ${n} s…`,
  stopped: "Stopped. What you wrote is still there.",
  emptyQuestion: "Write a question.",
  emptyPassage: "Paste a passage to answer from.",
  tooMany: (n) => `At most ${n} questions at once. Send more as a file, below.`,
  inQuestion: (n, told) => `Question ${n}: ${told}`,
  fault: (told) => told,
  network: "The server does not answer. See that it runs and that there is a network, then ask again.",
  overloaded: "The server is busy, and trying again did not help. Ask a little later.",
  slow: "The model did not answer in time. Shorten the passage or ask fewer questions.",
  large: "Too much for one request. Shorten the passage or split the questions.",
  largeFile: (size) => `The file is too large: the server takes up to ${size}. Split it.`,
  tooLargeFile: "The file is too large for the server. Split it.",
  refused: (told) => `The server did not take the request: ${told}`,
  server: (told) => `The server failed (${told}). Ask again.`,
  needsToken: "This server does not answer without a token.",
  file: "A file of questions",
  fileAbout: "CSV, TSV or JSON lines with the columns question and passage. Rows that cannot be answered stay in the file, with the reason. “Don’t know” and the sentence are as chosen above.",
  sample: "Download a sample",
  choose: "Choose a file or drop it here",
  chosen: (name, size) => `${name} · ${size}`,
  answersFormat: "Answers as",
  send: "Answer the file",
  noFile: "Choose a file first.",
  unknownFormat: (name) => `${name}: give a .csv, .tsv or .jsonl file.`,
  unreadable: (name) => `${name}: the file cannot be read.`,
  sending: (n) => `Sent: ${rowsEn(n)}. The model is reading…`,
  received: (done, all) => `Done: ${done} of ${all}`,
  fileDone: (n) => `Done: ${rowsEn(n)}`,
  fileBad: (n) => `without an answer: ${n}`,
  download: "Download the answers",
  preview: (shown, all) => `The first answers: ${shown} of ${all}`,
  previewBad: "Without an answer",
  columnQuestion: "Question",
  model: (name, threshold) => `Model ${name} · threshold ${threshold}`,
  calibrated: "probabilities are calibrated",
  caveat: "The model answers from the passage, not from knowledge of the world, and it errs. What you write goes to this server only.",
  tokenTitle: "A token is needed",
  tokenAbout: "This server answers those who have its token. It is kept while the tab is open.",
  token: "Token",
  tokenUse: "Go on",
  tokenWrong: "This token was not taken.",
  cancel: "Cancel",
};

export const TEXTS = { ru, en };

const KEPT = "danetka.language";

/** The language to begin with: the one chosen before, or Russian where the browser speaks it. */
export function firstLanguage() {
  try {
    const kept = localStorage.getItem(KEPT);
    if (kept in TEXTS) return kept;
  } catch {
    // storage is forbidden here: the browser's language then
  }
  return navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en";
}

/** Keep the language for the next visit, where the browser allows it. */
export function keepLanguage(language) {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // then it lasts until the page is left
  }
}

/** Set the page's fixed texts: `data-text` names the text of an element, `data-label` its label. */
export function setTexts(language) {
  const say = TEXTS[language];
  document.documentElement.lang = language;
  for (const each of document.querySelectorAll("[data-text]")) {
    each.textContent = say[each.dataset.text];
  }
  for (const each of document.querySelectorAll("[data-label]")) {
    each.setAttribute("aria-label", say[each.dataset.label]);
  }
  for (const each of document.querySelectorAll("[data-language]")) {
    each.setAttribute("aria-pressed", String(each.dataset.language === language));
  }
  return say;
}

/** A share as a percentage; never 0 % or 100 %, which would say more than a model knows. */
export function percent(share, language, digits = 1) {
  const kept = Math.min(Math.max(share, 0.001), 0.999);
  const sign = share > 0.999 ? "> " : share < 0.001 ? "< " : "";
  const format = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: 1 };
  return sign + kept.toLocaleString(language, format);
}

/** A size in bytes, to be read. */
export function size(bytes, language) {
  const [unit, of] = bytes >= 1e6 ? ["megabyte", 1e6] : ["kilobyte", 1e3];
  const format = { style: "unit", unit, maximumFractionDigits: 1 };
  return Math.max(bytes / of, 0.1).toLocaleString(language, format);
}
