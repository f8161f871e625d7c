// The page's CSRF token, and how to get that of the present session without leaving the page.
const meta = document.querySelector("meta[name=csrf-token]");

export const token = () => meta.content;

export function adopt(page) {
  const fresh = page.querySelector("meta[name=csrf-token]")?.content;
  if (!fresh) return;
  meta.content = fresh;
  for (const input of document.querySelectorAll("input[name=csrf_token]")) input.value = fresh;
}

export async function refreshToken() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-store" }).catch(() => null);
  if (!answer || !answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!page.getElementById("signalement")) return false;
  adopt(page);
  return true;
}
