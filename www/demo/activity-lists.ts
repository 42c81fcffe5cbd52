// The activities of a contact: what is open, what was closed, what was logged. State, labels and dates are the book's.
import type { LoggedActivity, PendingActivity } from "stagebook";
import { h } from "./dom.js";
import { pager } from "./pager.js";
import type { Page, View } from "./page.js";
import { pendingActions } from "./pending-actions.js";

type PendingStatus = PendingActivity["status"];

export function activityLists(page: Page, contactId: string): View {
  const { words } = page;
  const parts = [
    pendingList(page, contactId, "open", words.openActivities),
    pendingList(page, contactId, "done", words.doneActivities),
    pendingList(page, contactId, "cancelled", words.cancelledActivities),
    loggedList(page, contactId),
  ];
  const refresh = async () => void (await Promise.all(parts.map((part) => part.refresh())));
  return { element: h("div", { class: "activity-lists" }, ...parts.map(({ element }) => element)), refresh };
}

function pendingList(page: Page, contactId: string, status: PendingStatus, title: string): View {
  const list = h("ul", { class: "rows", "data-testid": `pending-${status}`, role: "list" });
  const element = h("section", {}, h("h4", {}, title));
  const rows = pager<PendingActivity>(page, {
    list,
    empty: page.words.noActivities,
    testid: `pending-${status}`,
    load: (query) => page.book.activities.list(contactId, { status, ...query }),
    row: (activity) => pendingRow(page, activity),
    loaded: (_, shown) => (element.hidden = status !== "open" && shown === 0),
  });
  element.append(rows.element);
  return { element, refresh: rows.refresh };
}

function pendingRow(page: Page, activity: PendingActivity): HTMLElement {
  const { words, format } = page;
  return h("li", { class: "row", "data-testid": "pending-row", "data-id": activity.id, "data-state": activity.state },
    h("div", { class: "row-head" },
      h("strong", {}, activity.typeLabel),
      h("span", { class: `chip ${activity.state}` }, words.activityState[activity.state]),
      activity.createTask && h("span", { class: "chip" }, words.inTaskList),
    ),
    activity.description !== undefined && h("p", {}, activity.description),
    h("p", { class: "fine" }, [
      activity.due !== undefined && words.dueOn(format.date(activity.due)),
      words.assignedTo(activity.assigneeName),
      activity.remind && words.remindFrom(format.date(activity.remind.start), format.date(activity.remind.end)),
      activity.closedAt !== undefined && words.closedOn(format.date(activity.closedAt)),
    ].filter(Boolean).join(" · ")),
    h("div", { class: "buttons" }, ...pendingActions(page, activity)),
  );
}

function loggedList(page: Page, contactId: string): View {
  const list = h("ul", { class: "rows", "data-testid": "logged-activities", role: "list" });
  const rows = pager<LoggedActivity>(page, {
    list,
    empty: page.words.noActivities,
    testid: "logged-activities",
    load: (query) => page.book.activities.list(contactId, { status: "logged", ...query }),
    row: (activity) => loggedRow(page, activity),
  });
  return { element: h("section", {}, h("h4", {}, page.words.loggedActivities), rows.element), refresh: rows.refresh };
}

function loggedRow({ format }: Page, activity: LoggedActivity): HTMLElement {
  return h("li", { class: "row", "data-testid": "logged-row", "data-id": activity.id },
    h("div", { class: "row-head" }, h("strong", {}, activity.typeLabel)),
    activity.description !== undefined && h("p", {}, activity.description),
    activity.outcome !== undefined && h("p", {}, activity.outcome),
    h("p", { class: "fine" }, `${format.date(activity.date)} · ${activity.userName}`),
  );
}
