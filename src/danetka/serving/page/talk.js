// Speaking with the server: the token, a busy server, and every way in which it can fail.

const KEPT = "danetka.token";
const TRIES = 5;
const LONGEST_WAIT = 30;

let token = "";
try {
  token = sessionStorage.getItem(KEPT) ?? "";
} catch {
  // storage is forbidden here: the token lasts until the page is left
}

/**
 * Why there is no answer.
 *
 * `kind` is network, overloaded, slow, large, refused, server, needsToken or stopped. `told` is
 * what the server said; `faults` are the fields it named: {field, row, told}, row from 0 or null.
 */
export class Failure extends Error {
  constructor(kind, told = "", faults = []) {
    super(told || kind);
    Object.assign(this, { kind, told, faults });
  }
}

/**
 * Send a request until it is answered.
 *
 * A busy server (503, 429) is asked again when it says, `tries` times in all; a token is asked for
 * where one is needed. Paths are relative, so that the page works below a prefix.
 *
 * @param {string} path
 * @param {{body?: BodyInit, type?: string, signal?: AbortSignal, tries?: number,
 *   askToken: (wrong: boolean) => Promise<string|null>, onWait?: (seconds: number) => void}} how
 * @returns {Promise<Response>} an answer whose status is good
 * @throws {Failure}
 */
export async function send(path, how) {
  const { body, type, signal, tries = TRIES, askToken, onWait = () => {} } = how;
  for (let attempt = 1; ; ) {
    const response = await request(path, body, type, signal);
    if (response.ok) return response;
    if (response.status === 401) {
      const given = await askToken(token !== "");
      if (given === null) throw new Failure("needsToken");
      keepToken(given);
    } else if ([429, 503].includes(response.status) && attempt < tries) {
      attempt += 1;
      await wait(patience(response), signal, onWait);
    } else {
      throw await failure(response);
    }
  }
}

async function request(path, body, type, signal) {
  const headers = {};
  if (type) headers["Content-Type"] = type;
  if (token) headers.Authorization = `Bearer ${token}`;
  try {
    return await fetch(path, { method: body === undefined ? "GET" : "POST", body, headers, signal });
  } catch (error) {
    throw broken(error);
  }
}

/** What a request that broke off means: it was stopped here, or the network is gone. */
export function broken(error) {
  if (error instanceof Failure) return error;
  return new Failure(error.name === "AbortError" ? "stopped" : "network");
}

function keepToken(given) {
  token = given;
  try {
    sessionStorage.setItem(KEPT, given);
  } catch {
    // see above
  }
}

/** For how many seconds a busy server asks to be left alone. */
function patience(response) {
  const told = Number(response.headers.get("Retry-After"));
  return Math.min(Math.max(Math.ceil(told) || 2, 1), LONGEST_WAIT);
}

async function wait(seconds, signal, onWait) {
  for (let left = seconds; left > 0; left -= 1) {
    onWait(left);
    await new Promise((done) => setTimeout(done, 1000));
    if (signal?.aborted) throw new Failure("stopped");
  }
  onWait(0);
}

const KINDS = { 413: "large", 429: "overloaded", 503: "overloaded", 504: "slow" };

async function failure(response) {
  const { told, faults } = await detail(response);
  const kind = KINDS[response.status] ?? (response.status < 500 ? "refused" : "server");
  return new Failure(kind, told || `${response.status} ${response.statusText}`.trim(), faults);
}

/** `detail` of an error: a sentence, or a list of {loc, msg}. */
async function detail(response) {
  let found = "";
  try {
    found = (await response.json()).detail ?? "";
  } catch {
    // a proxy's page, or nothing: the status has to do
  }
  if (!Array.isArray(found)) return { told: String(found), faults: [] };
  const faults = found.map(({ loc = [], msg = "" }) => ({
    field: String(loc.findLast((part) => typeof part === "string" && part !== "body") ?? ""),
    row: loc.find((part) => typeof part === "number") ?? null,
    told: String(msg),
  }));
  return { told: [...new Set(faults.map((fault) => fault.told))].join("; "), faults };
}
