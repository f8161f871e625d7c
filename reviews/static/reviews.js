// Keys of the page of a review; each only presses what the page already shows, and everything works without them.
const entries = [...document.querySelectorAll("[data-entry]")];
const help = document.querySelector(".r-help");

function current() {
  return document.activeElement?.closest?.("[data-entry]") ?? null;
}

function move(step) {
  const at = entries.indexOf(current());
  const next = at < 0 ? entries[step > 0 ? 0 : entries.length - 1] : entries[at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const entry = current() ?? entries[0];
  const open = entry?.querySelector("details[open]");
  // A figure is a reason to revoke, n is a doubt: they mean nothing until their buttons are shown.
  const target = (/[0-9n]/.test(key) ? open : entry)?.querySelector(`[data-key="${key}"]`);
  if (!target) return false;
  if (target instanceof HTMLDetailsElement) {
    entry.querySelectorAll("details[open]").forEach((one) => { if (one !== target) one.open = false; });
    target.open = !target.open;
    (target.open ? target.querySelector("input, button") : entry).focus();
  } else {
    target.click();
  }
  return true;
}

function close() {
  const open = current()?.querySelector("details[open]");
  if (!open) return false;
  open.open = false;
  current().focus();
  return true;
}

function whole(key) {
  const target = document.querySelector(`main [data-key="${key}"]:not([data-entry] *)`);
  if (!target) return false;
  if (target instanceof HTMLAnchorElement) target.click();
  else target.focus();
  return true;
}

const acts = {
  j: () => move(1),
  k: () => move(-1),
  "?": () => help?.showModal(),
  c: () => whole("c"),
  s: () => whole("s"),
  Escape: () => close(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (event.ctrlKey || event.metaKey || event.altKey || help?.open || (typing && event.key !== "Escape")) return;
  const act = acts[event.key];
  if (act) {
    if (act() !== false) event.preventDefault();
  } else if (/^[grmn1-9]$/.test(event.key) && press(event.key)) {
    event.preventDefault();
  }
});

// After an answer, the next account is where one is.
if (location.hash === "#suite") (entries[0] ?? document.querySelector("main [data-key]"))?.focus();
