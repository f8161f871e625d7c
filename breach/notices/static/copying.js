// Copy a section at a click; without JavaScript, the text is selected and copied by hand.

for (const button of document.querySelectorAll("button[data-copies]")) {
  const said = document.getElementById(button.dataset.says);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(text.textContent);
      said.textContent = "Copié.";
    } catch {
      // No clipboard here (an old browser, or plain HTTP): what is selected is copied with the keyboard.
      getSelection().selectAllChildren(text);
      said.textContent = "Le texte est sélectionné : copiez-le avec Ctrl+C.";
    }
  });
}
