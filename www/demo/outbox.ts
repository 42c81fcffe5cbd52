// The outbox: what waits to be sent, was sent, or could not be; and how the pretend mail sender behaves.
import type { OutboxItem } from "stagebook";
import { ask } from "./dialogs.js";
import { button, h } from "./dom.js";
import { field, options, type Field } from "./fields.js";
import { attempt, type Page, type View } from "./page.js";
import { pager } from "./pager.js";
import { contactLink } from "./places.js";
import { MOST_ATTEMPTS } from "./sender.js";
import { SENDER_MODES, type SenderMode } from "./settings.js";

type Status = OutboxItem["status"];
const STATUSES: readonly Status[] = ["waiting", "sent", "failed"];
/** With the name of the contact it is about. */
interface Named {
  item: OutboxItem;
  name: string;
}

export function outboxRoom(page: Page): View {
  const { words, book } = page;
  const status = field(words.show, h("select", { "data-testid": "outbox-status" }, ...options(STATUSES.map((value) => ({ value, label: words.outboxStatus[value] })), words.everything)));
  const rows = pager<Named>(page, {
    list: h("ul", { class: "rows", role: "list", "data-testid": "outbox" }),
    empty: words.noItems,
    testid: "outbox",
    load: async (query) => {
      const chosen = status.input.value as Status | "";
      const { items, ...rest } = await book.outbox.list({ ...query, ...(chosen !== "" && { status: chosen }) });
      return { ...rest, items: await Promise.all(items.map((item) => named(page, item))) };
    },
    row: (one) => itemRow(page, one),
  });
  rows.follow([status]);
  return { element: h("div", {}, h("div", { class: "filters" }, senderChoice(page).element, status.element), rows.element), refresh: rows.refresh };
}

async function named({ book }: Page, item: OutboxItem): Promise<Named> {
  const contact = await book.contacts.get(item.contactId);
  return { item, name: contact?.name ?? item.contactId };
}

function senderChoice({ words, sender, send }: Page): Field {
  const modes = SENDER_MODES.map((value) => ({ value, label: value === "fails" ? words.senderMode.fails(MOST_ATTEMPTS) : words.senderMode[value] }));
  const select = h("select", { "data-testid": "sender" }, ...options(modes));
  select.value = sender.mode;
  select.addEventListener("change", () => send(select.value as SenderMode));
  return field(words.sender, select);
}

function itemRow(page: Page, { item, name }: Named): HTMLElement {
  const { words, format, sender } = page;
  const tries = item.status === "waiting" ? sender.tries.get(item.id) : undefined;
  const error = tries?.error ?? item.error;
  const attempts = tries?.count ?? item.attempts;
  return h("li", { class: "row", "data-testid": "outbox-row", "data-id": item.id, "data-status": item.status },
    h("div", { class: "row-head" },
      h("strong", {}, words.itemKind[item.kind]),
      h("a", { href: contactLink(item.contactId, page.book.name), "data-key": `${item.id} contact` }, name),
      h("span", { class: `chip ${item.status}` }, words.outboxStatus[item.status]),
    ),
    ...texts(page, item).map((text) => h("p", {}, text)),
    error !== undefined && h("p", { class: "issues" }, h("span", { class: item.status === "failed" ? "error" : "warning" }, error)),
    h("p", { class: "fine" }, [words.sendTo(item.to ?? words.noAddress), format.date(item.createdAt), attempts > 0 && words.attempts(attempts)].filter(Boolean).join(" · ")),
    item.status === "waiting" && h("div", { class: "buttons" }, ...settling(page, item, name)),
  );
}

function texts({ words }: Page, item: OutboxItem): string[] {
  switch (item.kind) {
    case "invite": return item.payload.message === undefined ? [] : [item.payload.message];
    case "message": return [item.payload.subject, item.payload.text].filter((text) => text !== undefined);
    case "share": {
      const details = Object.entries(item.payload.details).map(([field, value]) => `${(words.contactField as Record<string, string>)[field] ?? field}: ${value ?? words.nothing}`);
      return [details.join(", "), item.payload.note ?? ""].filter((text) => text !== "");
    }
  }
}

/** For what was sent by other means, or never will be. */
function settling(page: Page, item: OutboxItem, name: string): HTMLElement[] {
  const { words, book } = page;
  const act = (status: "sent" | "failed", work: () => unknown) => {
    const label = words.settle[status];
    return button(label, { class: "quiet", "data-testid": `settle-${status}`, "data-key": `${item.id} ${status}`, "aria-label": `${label}: ${words.itemKind[item.kind]}, ${name}` }, work);
  };
  return [
    act("sent", () => attempt(page, () => book.outbox.settle(item.id, { status: "sent" }))),
    act("failed", () => askWhy(page, item)),
  ];
}

function askWhy(page: Page, item: OutboxItem): void {
  const { words, book } = page;
  const why = field(words.reason, h("input", { type: "text", autocomplete: "off", "data-testid": "settle-error" }));
  ask(page, {
    title: words.whyFailed,
    testid: "settle-dialog",
    fields: new Map<string, Field>([["error", why]]),
    confirm: { label: words.save, testid: "settle-confirm" },
    submit: () => book.outbox.settle(item.id, { status: "failed", error: why.input.value.trim() }),
  });
}
