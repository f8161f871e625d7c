// Makes and uses passkeys: a form marked data-passkey asks the browser, then sends what it answered.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function challenge(form) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
  const answer = await fetch(form.dataset.challenge, { method: "POST", body });
  if (!answer.ok) throw new Error("no challenge");
  const options = await answer.json();
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"])
    for (const one of options[list] ?? []) one.id = bytes(one.id);
  return options;
}

function readable(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const field = form.elements[form.dataset.answer ?? "credential"];
  const said = form.querySelector("[role=alert]");
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    said.textContent = "";
    try {
      const publicKey = await challenge(form);
      field.value = readable(await navigator.credentials[form.dataset.passkey]({ publicKey }));
      form.requestSubmit();
    } catch {
      said.textContent = "Le navigateur n'a pas donné de clé d'accès : recommencez, ou choisissez un autre moyen.";
    }
  });
}
