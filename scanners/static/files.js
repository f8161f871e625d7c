// The pieces: chosen or dropped, added to one another, refused at once when the portal would refuse them.
export function createFiles(input, zone, list, status, pieces) {
  let chosen = [];

  input.addEventListener("change", () => add(input.files));
  zone.addEventListener("dragover", (event) => zone.classList.toggle("s-over-zone", event.dataTransfer.types.includes("Files")));
  zone.addEventListener("dragleave", () => zone.classList.remove("s-over-zone"));
  zone.addEventListener("drop", (event) => add(event.dataTransfer.files));
  // A file dropped beside the zone must not replace the page and what was typed.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
      if (name === "drop") zone.classList.remove("s-over-zone");
    });
  }

  return { refresh: render };

  function add(files) {
    for (const file of files) {
      const isKnown = chosen.some((one) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified);
      if (!isKnown) chosen.push(file);
    }
    keep();
  }

  function keep() {
    const holder = new DataTransfer();
    for (const file of chosen) holder.items.add(file);
    input.files = holder.files;
    render();
  }

  function render() {
    const refused = chosen.filter((file) => problem(file)).length;
    const many = chosen.length - Number(input.dataset.count);
    pieces.keep(chosen);
    list.replaceChildren(...chosen.map(line));
    list.hidden = chosen.length === 0;
    status.textContent = [
      chosen.length ? `${chosen.length} pièce${chosen.length > 1 ? "s" : ""} choisie${chosen.length > 1 ? "s" : ""}` : "",
      refused ? `${refused} à retirer` : "",
      many > 0 ? `${many} de trop\u00a0: ${input.dataset.count} au plus` : "",
    ].filter(Boolean).join(", ");
  }

  function line(file, index) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.className = "s-name";
    name.textContent = `${file.name} (${size(file.size)})`;
    item.append(name);
    const wrong = problem(file, index);
    if (wrong) {
      const said = document.createElement("span");
      said.className = "v-error";
      said.textContent = wrong;
      item.append(said);
    }
    item.append(remover(file, index));
    if (!wrong) item.append(pieces.panel(file));
    return item;
  }

  function remover(file, index) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm btn-outline-secondary";
    button.append("Enlever");
    const which = document.createElement("span");
    which.className = "visually-hidden";
    which.textContent = ` ${file.name}`;
    button.append(which);
    button.addEventListener("click", () => {
      chosen = chosen.filter((one) => one !== file);
      keep();
      (list.querySelectorAll("button")[Math.min(index, chosen.length - 1)] ?? input).focus();
    });
    return button;
  }

  function problem(file, index = -1) {
    const extension = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
    if (!input.dataset.types.split(",").includes(extension)) return "Ce type de fichier n'est pas accepté.";
    if (file.size > Number(input.dataset.bytes)) return `Ce fichier dépasse ${input.dataset.size}.`;
    if (file.size === 0) return "Ce fichier est vide.";
    return index >= Number(input.dataset.count) ? `Une pièce de trop\u00a0: ${input.dataset.count} au plus.` : "";
  }
}

function size(bytes) {
  const value = bytes >= 1_000_000 ? bytes / 1_000_000 : Math.max(bytes / 1000, 0.1);
  return `${value.toLocaleString("fr-FR", { maximumFractionDigits: 1 })} ${bytes >= 1_000_000 ? "Mo" : "ko"}`;
}
