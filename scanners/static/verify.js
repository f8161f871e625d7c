// « Vérifier un signalement »: joins the editor, the live check, the pieces and the sending. Nothing typed is kept or put in an address.
import { createEditor } from "./editor.js";
import { createFiles } from "./files.js";
import { createPieces } from "./pieces.js";
import { createPreview } from "./preview.js";
import { createRemarks } from "./remarks.js";
import { createSending } from "./sending.js";
import { copy } from "./clipboard.js";

const byId = (id) => document.getElementById(id);
const form = byId("signalement");
const convention = byId("convention");
const reason = byId("motif-zone");
const announcement = byId("annonce");
const announce = (said) => {
  if (announcement.textContent !== said) announcement.textContent = said;
};

document.documentElement.classList.add("s-live");

const editor = createEditor(byId("comment"), document.querySelector(".s-backdrop"), byId("compte"), Number(form.dataset.limit));
const remarks = createRemarks(byId("remarques"), byId("remarques-titre"), editor, announce);
const pieces = createPieces(form.dataset.pieces, () => convention.value, (said) => {
  byId("pieces-etat").textContent = said;
});
const files = createFiles(byId("files"), document.querySelector(".s-drop"), byId("pieces-choisies"), byId("pieces-etat"), pieces);

const preview = createPreview(form.dataset.preview, () => ({ convention: convention.value, comment: editor.text() }), {
  told(answer) {
    editor.mark(answer ? answer.marks : []);
    remarks.show(answer);
    askReason(answer ? answer.outcome : null);
    if (answer) byId("convention-aide").innerHTML = answer.convention;
  },
  failed: remarks.fail,
});

createSending(form, pieces.settled, (isReport) => {
  if (!isReport) {
    pieces.fold();
    files.refresh();
  }
  return preview.now();
});

let isCopied = true;
editor.onChange(() => {
  isCopied = false;
  markStale();
  preview.soon();
});
convention.addEventListener("change", () => {
  preview.now();
  pieces.again();
  files.refresh();
});
document.addEventListener("copy", () => { isCopied = true; });
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-act=copy]")) copyText();
});
window.addEventListener("beforeunload", (event) => {
  if (!isCopied && editor.text().trim()) event.preventDefault();
});
byId("taire")?.addEventListener("submit", silence);

if (editor.text()) preview.now();

function askReason(outcome) {
  const select = reason.querySelector("select");
  reason.hidden = outcome !== "a_verifier" && !("always" in reason.dataset);
  select.disabled = reason.hidden;
}

function markStale() {
  const result = byId("bilan");
  if (!result || result.classList.contains("s-stale")) return;
  result.classList.add("s-stale");
  result.querySelector("[data-act=copy]")?.remove();
  const said = document.createElement("p");
  said.className = "s-stale-said";
  said.textContent = "Le commentaire a changé depuis ce contrôle\u00a0: vérifiez à nouveau.";
  byId("bilan-titre").after(said);
}

async function copyText() {
  isCopied = await copy(editor.text(), byId("comment"));
  announce(isCopied ? "Texte copié." : "Le navigateur refuse la copie\u00a0: sélectionnez le texte et copiez-le.");
  const button = document.querySelector("[data-act=copy]");
  if (isCopied && button) button.textContent = "Texte copié";
}

async function silence(event) {
  event.preventDefault();
  const body = new FormData(event.target);
  const word = event.submitter.value;
  body.set("word", word);
  const answer = await fetch(event.target.action, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer || !answer.ok) {
    const problem = answer ? await answer.json().catch(() => ({})) : {};
    announce(problem.detail || "Le mot n'a pas pu être changé\u00a0: recommencez dans un instant.");
    return;
  }
  remarks.focusTitle();
  await preview.now();
  announce("Ce mot n'est plus relevé dans votre structure. La page «\u00a0Vocabulaire\u00a0» permet d'y revenir.");
}
