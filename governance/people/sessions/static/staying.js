// Warns before an unused session closes, and prolongs it in one act (WCAG 2.2, criterion 2.2.1).
const bar = document.getElementById("session-fin");
const MARGIN = 180; // the server may count from up to a minute earlier

function show(id) {
  for (const part of bar.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== id;
  bar.hidden = false;
}

function after(seconds, act) {
  return setTimeout(act, Math.max(0, seconds - MARGIN) * 1000);
}

if (bar) {
  const idle = Number(bar.dataset.idle);
  let timer = after(idle, () => show("idle"));
  after(Number(bar.dataset.life), () => show("life"));
  bar.querySelector("button").addEventListener("click", async () => {
    const body = new URLSearchParams({ csrf_token: document.querySelector("meta[name=csrf-token]").content });
    const answer = await fetch(bar.dataset.stay, { method: "POST", body }).catch(() => null);
    if (!answer || !answer.ok) return show("late");
    bar.hidden = true;
    clearTimeout(timer);
    timer = after(idle, () => show("idle"));
  });
}
