// Copies a text; browsers refuse the clipboard to pages that are not served over HTTPS, where the older command still works.
export async function copy(text, textarea) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    textarea.focus();
    textarea.select();
    return document.execCommand("copy");
  }
}
