// Medians, and a table in plain text. Knows nothing of what is measured.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The first and third column are words, the others numbers. */
export function print(head, lines) {
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column].length)));
  const cell = (text, column) => (column === 0 || column === 2 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  for (const line of all) console.log(line.map(cell).join("  ").trimEnd());
}
