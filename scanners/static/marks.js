// Marks follow the text while it is edited, until the next check: those after the edit move, those it touches go.
export function shifted(marks, before, now) {
  const most = Math.min(before.length, now.length);
  let head = 0;
  while (head < most && before[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const delta = now.length - before.length;
  return marks.map((one) => {
    if (one.isGone || one.end <= head) return one;
    if (one.start >= before.length - tail) return { ...one, start: one.start + delta, end: one.end + delta };
    return { ...one, isGone: true };
  });
}
