// The two places where the page speaks: politely of what was done, and plainly of what went wrong.
import { problem } from "./problems.js";
import type { Words } from "./words-en.js";

const STATUS_MS = 8_000;
let timer = 0;

const place = (id: "status" | "problem") => document.getElementById(id)!;

export function say(text: string): void {
  clearProblem();
  place("status").textContent = text;
  clearTimeout(timer);
  timer = window.setTimeout(() => (place("status").textContent = ""), STATUS_MS);
}

/** `remedy`: a button that may help. */
export function fail(error: unknown, words: Words, remedy?: HTMLElement): void {
  const shown = problem(error, words, { dismiss: clearProblem });
  if (remedy) shown.append(remedy);
  place("status").textContent = "";
  place("problem").replaceChildren(shown);
}

export function clearProblem(): void {
  place("problem").replaceChildren();
}
