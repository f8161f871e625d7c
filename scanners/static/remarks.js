// The list of remarks: shown as the server words it; its buttons act on the text.
const DISCONNECTED = "Vous n'êtes plus connecté\u00a0: la vérification au fil de la frappe s'arrête. Votre texte est intact.";
const SILENT = "La vérification au fil de la frappe ne répond pas. Le bouton «\u00a0Vérifier\u00a0» reste possible.";

export function createRemarks(list, title, editor, announce) {
  const empty = list.innerHTML;
  let shown = null;
  let masked = "";

  list.addEventListener("click", act);
  document.addEventListener("selectionchange", point);

  return { show, fail, focusTitle: () => title.focus() };

  function show(answer) {
    const html = answer ? answer.remarks : null;
    masked = answer ? answer.masked : "";
    if (html === shown) return;
    const focused = focusedButton();
    shown = html;
    if (html === null) list.replaceChildren(...emptied());
    else list.innerHTML = html;
    restoreFocus(focused);
    announce(answer ? answer.summary : "");
  }

  function fail(status, problem) {
    const said = document.createElement("p");
    said.className = "v-error";
    said.textContent = status === 401 ? DISCONNECTED : (status >= 400 && status < 500 && problem.detail) || SILENT;
    shown = "";
    editor.mark([]);
    list.replaceChildren(said);
    announce(said.textContent);
  }

  function act(event) {
    const button = event.target.closest("[data-act]");
    if (!button) return;
    if (button.dataset.act === "mask") {
      editor.replaceAll(masked);
      announce("Tout ce qui était relevé est masqué.");
      return;
    }
    const span = editor.span(Number(button.closest("[data-number]").dataset.number));
    if (!span) announce("Ce passage a changé\u00a0: la remarque va être mise à jour.");
    else if (button.dataset.act === "find") editor.select(span.start, span.end);
    else put(span, button.dataset.with);
  }

  function put(span, words) {
    const text = editor.text();
    let { start, end } = span;
    if (words) {
      if (words.endsWith(".") && text[end] === ".") end += 1;
    } else if (text[start - 1] === " " && (text[end] === " " || end === text.length)) {
      start -= 1;
    }
    editor.replace(start, end, words);
    announce(words ? "Passage remplacé." : "Passage retiré.");
  }

  // The remark of the passage under the caret stands out.
  function point() {
    const area = document.activeElement;
    if (area?.id !== "comment") return;
    for (const item of list.querySelectorAll("[data-number]")) {
      const span = editor.span(Number(item.dataset.number));
      item.classList.toggle("s-current", Boolean(span) && span.start <= area.selectionStart && area.selectionEnd <= span.end);
    }
  }

  function focusedButton() {
    const buttons = [...list.querySelectorAll("button, a")];
    return list.contains(document.activeElement) ? buttons.indexOf(document.activeElement) : -1;
  }

  function restoreFocus(index) {
    if (index < 0) return;
    const buttons = list.querySelectorAll("button, a");
    (buttons[Math.min(index, buttons.length - 1)] ?? title).focus();
  }

  function emptied() {
    const holder = document.createElement("div");
    holder.innerHTML = firstHint();
    return holder.childNodes;
  }

  function firstHint() {
    return empty.includes("data-number") ? "" : empty;
  }
}
