// Counts clocks down, in the words of governance/core/french.py; without it the page shows those of when it was loaded.
const MINUTE = 60_000;
const HARD = "\u00a0";

function days(count) {
  return `${count}${HARD}jour${count > 1 ? "s" : ""}`;
}

function length(minutes) {
  if (minutes === 0) return "moins d'une minute";
  if (minutes < 60) return `${minutes}${HARD}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) {
    const rest = minutes % 60;
    return rest ? `${hours}${HARD}h${HARD}${String(rest).padStart(2, "0")}` : `${hours}${HARD}h`;
  }
  const whole = Math.floor(hours / 24);
  return hours < 168 && hours % 24 ? `${whole}${HARD}j${HARD}${hours % 24}${HARD}h` : days(whole);
}

function refresh(now) {
  for (const one of document.querySelectorAll("time[data-until]")) {
    const left = Date.parse(one.dateTime) - now;
    const minutes = Math.floor(Math.abs(left) / MINUTE);
    one.textContent = left >= 0 ? `dans ${length(minutes)}` : `en retard de ${length(minutes)}`;
  }
}

const page = document.querySelector("[data-now]");
if (page) {
  const loaded = Date.parse(page.dataset.now) - performance.now(); // the server's clock, not the machine's
  setInterval(() => refresh(loaded + performance.now()), MINUTE / 4);
}
