// The live check: a little after the last key, one question at a time, a stale one cancelled.
import { refreshToken, token } from "./token.js";

const PAUSE = 300;

export function createPreview(url, read, { told, failed }) {
  let timer = 0;
  let controller = null;

  return { soon, now };

  function soon() {
    clearTimeout(timer);
    controller?.abort();
    timer = setTimeout(now, PAUSE);
  }

  async function now() {
    clearTimeout(timer);
    controller?.abort();
    const mine = (controller = new AbortController());
    const asked = read();
    if (!asked.comment.trim()) {
      told(null);
      return;
    }
    try {
      const answer = await ask(asked, mine.signal, true);
      if (mine !== controller) return;
      if (answer.ok) told(await answer.json());
      else failed(answer.status, await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") failed(0, {});
    }
  }

  async function ask(asked, signal, mayRetry) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(asked), signal, cache: "no-store" });
    // The person signed in again in another tab: this page's token is of the former session.
    if (answer.status !== 400 || !mayRetry) return answer;
    return (await refreshToken()) ? ask(asked, signal, false) : new Response("{}", { status: 401 });
  }
}
