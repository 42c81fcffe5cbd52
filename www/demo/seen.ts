// Which conflicts of a book were settled, so that they are not told again. Kept in this browser, apart from the settings: another
// tab may have settled others meanwhile. Without localStorage it lasts as long as the page.
type Seen = Record<string, readonly string[]>;

export const SEEN_KEY = "stagebook-demo-seen";
let kept: Seen = {};

export function seenIn(book: string): readonly string[] {
  return all()[book] ?? [];
}

export function settle(book: string, conflict: string): void {
  keep({ ...all(), [book]: [...new Set([...seenIn(book), conflict])] });
}

/** The book was removed. */
export function forgetSeen(book: string): void {
  const { [book]: _, ...others } = all();
  keep(others);
}

function all(): Seen {
  try {
    return JSON.parse(localStorage.getItem(SEEN_KEY) ?? "{}") as Seen;
  } catch {
    return kept;
  }
}

function keep(seen: Seen): void {
  kept = seen;
  try {
    localStorage.setItem(SEEN_KEY, JSON.stringify(seen));
  } catch {
    // What was settled lasts as long as the page.
  }
}
