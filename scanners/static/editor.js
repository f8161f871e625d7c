// A real textarea over a backdrop that paints the marks: typing, undo, IME, scrolling and resizing stay the browser's own.
import { shifted } from "./marks.js";

export function createEditor(textarea, backdrop, counter, limit) {
  const listeners = [];
  let text = textarea.value;
  let marks = [];

  textarea.addEventListener("input", changed);
  textarea.addEventListener("scroll", follow, { passive: true });
  new ResizeObserver(follow).observe(textarea);
  paint();
  count();

  return { text: () => textarea.value, mark, span, replace, replaceAll, select, onChange: (listener) => listeners.push(listener), focus: () => textarea.focus() };

  function changed() {
    marks = shifted(marks, text, textarea.value);
    text = textarea.value;
    paint();
    count();
    for (const listener of listeners) listener();
  }

  function mark(found) {
    marks = found;
    text = textarea.value;
    paint();
  }

  // Where a remark stands now, or null when its passage was changed.
  function span(number) {
    const one = marks[number];
    return one && !one.isGone ? one : null;
  }

  function select(start, end) {
    textarea.focus();
    textarea.setSelectionRange(start, end);
    revealSelection(end);
  }

  // Through the browser's own editing command, so that Ctrl+Z gives the passage back.
  function replace(start, end, words) {
    textarea.focus();
    textarea.setSelectionRange(start, end);
    const command = words ? "insertText" : "delete";
    if (!document.execCommand(command, false, words)) {
      textarea.setRangeText(words, start, end, "end");
      changed();
    }
    textarea.setSelectionRange(start, start + words.length);
  }

  function replaceAll(words) {
    replace(0, textarea.value.length, words);
    textarea.setSelectionRange(0, 0);
  }

  function follow() {
    backdrop.scrollTop = textarea.scrollTop;
    backdrop.scrollLeft = textarea.scrollLeft;
  }

  function paint() {
    const pieces = [];
    let done = 0;
    for (const one of marks) {
      if (one.isGone) continue;
      const painted = document.createElement("mark");
      painted.className = `s-mark s-${one.level}`;
      painted.textContent = text.slice(one.start, one.end);
      pieces.push(text.slice(done, one.start), painted);
      done = one.end;
    }
    backdrop.replaceChildren(...pieces, text.slice(done), "\n");
    follow();
  }

  function count() {
    const length = textarea.value.length; // UTF-16 units, one for a line end: as the portal counts
    const over = length - limit;
    const number = (value) => value.toLocaleString("fr-FR");
    counter.textContent = over > 0
      ? `${number(length)} caractères\u00a0: ${number(over)} de trop, le portail en accepte ${number(limit)}.`
      : `${number(length)} / ${number(limit)} caractères`;
    counter.classList.toggle("s-over", over > 0);
  }

  // Browsers do not scroll a textarea to a selection made by a script: the painted mark says how far it is.
  function revealSelection(end) {
    const range = document.createRange();
    const walker = document.createTreeWalker(backdrop, NodeFilter.SHOW_TEXT);
    let left = end;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left <= node.length) {
        range.setStart(node, Math.max(0, left - 1));
        range.setEnd(node, left);
        break;
      }
      left -= node.length;
    }
    const shown = range.getBoundingClientRect();
    const box = backdrop.getBoundingClientRect();
    if (shown.top < box.top || shown.bottom > box.bottom) textarea.scrollTop += shown.top - box.top - box.height / 3;
  }
}
