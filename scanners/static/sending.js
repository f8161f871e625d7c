// Sends the form without leaving the page, so that files stay chosen; the answer is the same page, whose regions are put in place.
import { adopt } from "./token.js";

export function createSending(form, ready, swapped) {
  const button = form.querySelector("button[type=submit].btn-primary");
  let isSending = false;

  form.addEventListener("submit", send);

  async function send(event) {
    event.preventDefault();
    if (isSending) return;
    const reported = event.submitter?.name === "erreur" ? event.submitter : null;
    begin(reported);
    try {
      if (!reported) await ready();
      await receive(await post(reported), true, reported);
    } catch {
      say("injoignable");
    } finally {
      end();
    }
  }

  // A refusal called a mistake is sent with the comment it stands in, without the pieces.
  function post(reported) {
    const body = new FormData(form, reported);
    if (reported) body.delete("files");
    return fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" }, cache: "no-store" });
  }

  async function receive(answer, mayRetry, reported) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector("[data-signed-out]")) return say("deconnecte");
    if (!page.getElementById("signalement")) return say("injoignable");
    adopt(page);
    // The session changed while the page was open: with its token, the same thing is asked again.
    if (answer.status === 400 && mayRetry) return receive(await post(reported), false, reported);
    return reported ? tell(page, reported) : swap(page);
  }

  // The last check and its pieces stay as they are: what was reported is told, beside its remark once the list is fresh.
  async function tell(page, reported) {
    const remark = reported.closest("[data-number]").dataset.number;
    for (const id of ["erreurs-zone", "signale-zone"]) document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
    document.querySelector(".v-summary")?.focus();
    await swapped(true);
    if (document.querySelector(".v-summary")) return;
    (document.querySelector(`[data-number="${remark}"] .s-standing`) ?? document.getElementById("signale")).focus();
  }

  function swap(page) {
    for (const fresh of page.querySelectorAll("[data-swap]")) document.getElementById(fresh.id)?.replaceWith(document.adoptNode(fresh));
    for (const control of form.querySelectorAll("[aria-describedby]")) copyState(page.getElementById(control.id), control);
    const zone = page.getElementById("motif-zone");
    form.querySelector("#motif-zone").toggleAttribute("data-always", zone.hasAttribute("data-always"));
    document.title = page.title;
    swapped();
    document.querySelector(".v-summary, #bilan")?.focus();
  }

  function copyState(from, to) {
    if (!from) return;
    to.classList.toggle("is-invalid", from.classList.contains("is-invalid"));
    if (from.hasAttribute("aria-invalid")) to.setAttribute("aria-invalid", "true");
    else to.removeAttribute("aria-invalid");
  }

  function say(id) {
    const zone = document.getElementById("erreurs-zone");
    zone.replaceChildren(document.getElementById(id).content.cloneNode(true));
    zone.firstElementChild.focus();
  }

  function begin(reported) {
    isSending = true;
    if (reported) return;
    button.setAttribute("aria-disabled", "true");
    button.dataset.said = button.textContent;
    button.textContent = "Vérification en cours…";
  }

  function end() {
    isSending = false;
    if (!button.hasAttribute("aria-disabled")) return;
    button.removeAttribute("aria-disabled");
    button.textContent = document.getElementById("bilan") ? "Vérifier à nouveau" : button.dataset.said;
  }
}
