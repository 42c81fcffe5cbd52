// "Verify log": has the book recompute every hash, and says in words what came of it.
import type { VerifyReport } from "stagebook";
import { button, h } from "./dom.js";
import { attempt, type Page } from "./page.js";

export function verifyPart(page: Page): HTMLElement {
  const { words, format } = page;
  const result = h("div", { role: "status", class: "verify-result", "data-testid": "verify-result" });
  const onProgress = (done: number, total: number) => result.replaceChildren(h("p", {}, words.verifying(format.number(done), format.number(total))));
  const verify = button(words.verifyLog, { "data-testid": "verify" }, () => attempt(page, async () => {
    onProgress(0, 0);
    delete result.dataset["ok"];
    const report = await page.book.audit.verify({ onProgress });
    result.dataset["ok"] = String(report.ok);
    result.replaceChildren(...said(page, report));
  }));
  return h("div", { class: "verify" }, verify, result);
}

function said({ words, format }: Page, report: VerifyReport): HTMLElement[] {
  const count = (value: number) => format.number(value);
  const bad = report.replicas.filter((replica) => !replica.ok || replica.truncated);
  return [
    h("p", {}, report.ok ? words.verifyOk(count(report.entries)) : words.verifyBad(count(report.entries))),
    ...(report.erased > 0 ? [h("p", {}, words.verifyErased(count(report.erased)))] : []),
    ...(report.missing > 0 ? [h("p", {}, words.verifyMissing(count(report.missing)))] : []),
    ...bad.map(({ replica, firstBad }) => h("p", {}, firstBad ? words.verifyFirstBad(replica, firstBad.seq, firstBad.reason) : words.verifyCut(replica))),
  ];
}
