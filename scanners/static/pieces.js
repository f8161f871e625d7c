// Each piece is sent as soon as it is chosen and followed while it is read; taking one away or adding one reads no other again.
import { refreshToken, token } from "./token.js";

const AT_ONCE = 3;
const PAUSE = 600;

export function createPieces(url, convention, told) {
  const pieces = new Map();
  let running = 0;
  let idle = [];

  return { panel, keep, settled, again, fold };

  // What a piece says, under its name; it is sent the first time it is asked for.
  function panel(file) {
    if (!pieces.has(file)) {
      pieces.set(file, made(file));
      next();
    }
    return pieces.get(file).element;
  }

  function keep(files) {
    for (const [file, piece] of pieces) if (!files.includes(file)) drop(file, piece);
  }

  function again() {
    for (const [file, piece] of [...pieces]) drop(file, piece);
  }

  function fold() {
    for (const { more } of pieces.values()) more.open = false;
  }

  // Resolves once no piece is being read: what is sent then finds them read.
  function settled() {
    return running ? new Promise((done) => idle.push(done)) : Promise.resolve();
  }

  function drop(file, piece) {
    pieces.delete(file);
    piece.stop.abort();
    if (piece.forget) post(piece.forget, new FormData()).catch(() => null);
    next();
  }

  function next() {
    for (const [file, piece] of pieces) if (piece.waits && running < AT_ONCE) read(file, piece);
    if (!running) for (const done of idle.splice(0)) done();
  }

  async function read(file, piece) {
    piece.waits = false;
    running += 1;
    try {
      await follow(file, piece, await begin(file, piece));
    } catch (error) {
      if (error.name !== "AbortError") end(file, piece, "Pas encore lue\u00a0: elle le sera en vérifiant.");
    } finally {
      running -= 1;
      next();
    }
  }

  async function begin(file, piece, mayRetry = true) {
    const body = new FormData();
    body.set("convention", convention());
    body.set("file", file);
    const answer = await post(url, body, piece.stop.signal);
    if (answer.status === 429) {
      piece.said.textContent = "En attente d'une place";
      await pause(1000 * Number(answer.headers.get("Retry-After") || 5), piece.stop.signal);
      return begin(file, piece, mayRetry);
    }
    if (answer.status === 400 && mayRetry && (await refreshToken())) return begin(file, piece, false);
    return { ok: answer.ok, said: await answer.json() };
  }

  async function follow(file, piece, { ok, said }) {
    if (!ok) return end(file, piece, said.detail || "La pièce n'a pas été lue.");
    piece.forget = said.forget;
    for (;;) {
      const answer = await fetch(said.follow, { headers: { Accept: "application/json" }, signal: piece.stop.signal, cache: "no-store" });
      const state = await answer.json();
      if (!answer.ok) return end(file, piece, state.detail);
      show(piece, state);
      if (state.is_over) return end(file, piece, state.said);
      await pause(PAUSE, piece.stop.signal);
    }
  }

  function end(file, piece, said) {
    piece.bar.hidden = true;
    piece.said.textContent = said;
    piece.said.parentElement.hidden = !piece.more.hidden;
    told(`${file.name}\u00a0: ${said}`);
  }
}

function made(file) {
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", `Lecture de ${file.name}`);
  const said = document.createElement("span");
  said.textContent = "En attente";
  const state = document.createElement("p");
  state.className = "s-piece-said";
  state.append(bar, " ", said);
  const summary = document.createElement("summary");
  summary.textContent = "Ce qui est relevé";
  const found = document.createElement("div");
  const more = document.createElement("details");
  more.open = true;
  more.hidden = true;
  more.append(summary, found);
  const element = document.createElement("div");
  element.className = "s-piece";
  element.append(state, more);
  return { element, bar, said, more, found, stop: new AbortController(), waits: true, html: "" };
}

function show(piece, state) {
  piece.said.textContent = state.said;
  if (state.share) piece.bar.value = state.share;
  if (!state.html.trim() || state.html === piece.html) return;
  piece.html = state.html;
  piece.found.innerHTML = state.html;
  piece.more.hidden = false;
}

function post(url, body, signal) {
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json" }, signal, cache: "no-store" });
}

function pause(milliseconds, signal) {
  return new Promise((done, fail) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      fail(new DOMException("", "AbortError"));
    });
  });
}
