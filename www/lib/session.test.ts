// A hand-made handle stands for the component, so that it can answer late, early, never, or die.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exports, Hooks, RawBook } from "#glue";
import { book } from "./book.js";
import { Component } from "./component.js";
import type { StagebookError } from "./errors.js";
import { Session } from "./session.js";

type Log = string[];
/** Answers by the call's name; the others are the handle's own. */
type Calls = Partial<Omit<RawBook, "call" | "ask">> & Record<string, ((...args: never[]) => unknown) | undefined>;
type Handle = RawBook & { calls: Calls; hooks: Hooks };

const own = (info: object = {}) =>
  JSON.stringify({ name: "crm", timeZone: "UTC", locale: "en", store: "indexeddb", actor: { id: "ada" }, ...info });

/** Opens a Book over `calls`; `log` holds what the component and the listeners saw, in order. */
async function open(given: Calls, info = {}, component = new Component({} as Exports, () => {})) {
  const log: Log = [];
  const calls: Calls = {
    info: () => own(info),
    refresh: async () => { log.push("refresh"); },
    close: async () => { log.push("close"); },
    ...given,
  };
  const answer = (name: string, args = "[]") => calls[name]!(...(JSON.parse(args) as never[])) as never;
  const handle = {
    calls,
    call: answer,
    ask: answer,
    as: (actor: object) => ({ ...handle, ask: () => own({ ...info, actor }) }),
    free: () => { log.push("free"); },
    ...given,
  } as unknown as Handle;
  const openBook = async (_: unknown, hooks: Hooks) => Object.assign(handle, { hooks });
  Object.assign(component.exports, { openBook });
  const session = new Session(component, "en");
  const opened = book(session, await session.open("{}"));
  opened.on("change", ({ contactIds, source }) => log.push(`${source}: ${contactIds}`));
  opened.on("closed", ({ reason }) => log.push(`closed: ${reason}`));
  return { opened, handle, log, component };
}

const change = (handle: Handle, source: "local" | "tab", ...contactIds: string[]) =>
  handle.hooks.tell("change", { contactIds, source });

const withIssueAt = (path: string) => (error: unknown) => {
  const { code, issues } = error as StagebookError;
  return code === "invalid" && issues.length === 1 && issues[0]!.path === path;
};

const withCode = (code: string) => (error: unknown) => (error as { code?: string }).code === code;

/** A write that changes `id`, as the component makes one: told, then resolved. */
const writes = (handle: () => Handle) => async (id: string) => {
  await null;
  change(handle(), "local", id);
  return JSON.stringify({ wrote: id });
};

test("results are parsed; undefined stays undefined; errors are translated", async () => {
  const { opened } = await open({
    "contacts.get": async (id: string) => (id === "known" ? '{"id":"known"}' : undefined),
    "contacts.list": async () => { throw '{"code":"invalid","message":"No.","issues":[{"path":"limit"}]}'; },
    "activities.draft": () => { throw '{"code":"not-found","message":"No."}'; },
  });
  assert.deepEqual(await opened.contacts.get("known"), { id: "known" });
  assert.equal(await opened.contacts.get("unknown"), undefined);
  await assert.rejects(opened.contacts.list(), { name: "StagebookError", code: "invalid", issues: [{ path: "limit" }] });
  assert.throws(() => opened.activities.draft({}), withCode("not-found"));
});

test("an id that is no string is invalid, never another contact's", async () => {
  const { opened } = await open({ "contacts.get": async () => "{}" });
  await assert.rejects(opened.contacts.get(42 as never), withCode("invalid"));
});

test("arguments reach the component as plain data, in the order of the call", async () => {
  const given: unknown[][] = [];
  const note = (name: string) => (...args: unknown[]) => { given.push([name, ...args]); return "{}"; };
  const { opened } = await open({
    "contacts.save": async (...args: unknown[]) => note("contacts.save")(...args),
    "workflow.start": async (...args: unknown[]) => note("workflow.start")(...args),
    "activities.draft": note("activities.draft"),
  });
  const changes = { get set() { return { name: "Ada", email: undefined }; } };
  await opened.contacts.save("a", changes, { commandId: "k" });
  await opened.workflow.start("a", "sales");
  opened.activities.draft({}, { stage: "new" });
  assert.deepEqual(given, [
    ["contacts.save", "a", { set: { name: "Ada" } }, { commandId: "k" }],
    ["workflow.start", "a", "sales"],
    ["activities.draft", {}, { stage: "new" }],
  ]);
});

test("what is not plain is invalid at its path and never reaches the component", async () => {
  const { opened } = await open({});
  const half = { set: { fields: { nick: "\ud83d" } } };
  await assert.rejects(opened.contacts.save("a", half), withIssueAt("set.fields.nick"));
  await assert.rejects(opened.contacts.get("\ud83d"), withIssueAt(""));
  assert.throws(() => opened.activities.draft({ log: { type: "\ude00" } }), withIssueAt("log.type"));
  assert.throws(() => opened.as({ id: "ada", roles: ["\ud83d"] }), withIssueAt("roles.0"));
  assert.throws(() => opened.text({ en: "\ud83d" }), withIssueAt("en"));
  await assert.rejects(opened.workflow.start("a", 1 as never), withIssueAt("definition"));
});

test("every call under way settles when the instance dies, and the book has ended", async () => {
  const never = () => new Promise<never>(() => {});
  const { opened, component, log } = await open({ "contacts.get": never, "contacts.save": never });
  const calls = [opened.contacts.get("a"), opened.as({ id: "bob" }).contacts.save("a", {})];
  component.fail("index out of bounds");
  for (const call of calls) await assert.rejects(call, /index out of bounds/);
  await assert.rejects(calls[0]!, withCode("internal"));
  await assert.rejects(opened.contacts.get("a"), withCode("closed"));
  await opened.close();
  assert.deepEqual(log, ["closed: internal"]);
});

test("close waits for the calls under way, tells once, and is idempotent", async () => {
  let answer!: (json: string) => void;
  const { opened, log } = await open({ "contacts.get": () => new Promise((resolve) => { answer = resolve; }) });
  const call = opened.contacts.get("a").then(() => log.push("answered"));
  const closing = opened.close();
  assert.equal(opened.close(), closing);
  await assert.rejects(opened.contacts.get("b"), withCode("closed"));
  for (const use of [() => opened.as({ id: "x" }), () => opened.text("x"), () => opened.on("change", () => {})]) {
    assert.throws(use, withCode("closed"));
  }
  answer("{}");
  await Promise.all([call, closing]);
  await opened[Symbol.asyncDispose]();
  assert.deepEqual(log, ["answered", "close", "closed: close", "free"]);
});

test("a book that the component ends says why, and lets its calls finish", async () => {
  let answer!: (json: string) => void;
  const { opened, handle, log } = await open({ "contacts.get": () => new Promise((resolve) => { answer = resolve; }) });
  const call = opened.contacts.get("a");
  handle.hooks.tell("closed", { reason: "upgrade" });
  await assert.rejects(opened.contacts.get("b"), withCode("closed"));
  answer("{}");
  assert.deepEqual(await call, {});
  await opened.close();
  assert.deepEqual(log, ["closed: upgrade", "free"]);
});

test("a change is told after the write, outside the component, before the promise resolves", async () => {
  const { opened, handle, log } = await open({
    "contacts.save": async (id: string) => {
      await null;
      change(handle, "local", id);
      log.push("component done");
      return "{}";
    },
  });
  await opened.contacts.save("a", {});
  log.push("resolved");
  assert.deepEqual(log, ["component done", "local: a", "resolved"]);
});

test("a burst is told as one change, for all actors of the book", async () => {
  const { opened, handle, log } = await open({});
  opened.as({ id: "bob" }).on("change", ({ contactIds }) => log.push(`bob: ${contactIds}`));
  for (const id of ["a", "b", "a"]) change(handle, "local", id);
  await null;
  assert.deepEqual(log, ["local: a,b", "bob: a,b"]);
});

test("who operates does not matter to how the book is synced", async () => {
  const { opened } = await open({ "sync.status": () => JSON.stringify({ waiting: 0, conflicts: 0 }) });
  const bob = opened.as({ id: "bob" });
  const stop = opened.sync.start({ push: () => new Promise(() => {}), pull: () => new Promise(() => {}) });
  assert.notEqual(bob.sync.status().state, "stopped");
  stop();
  assert.equal(bob.sync.status().state, "stopped");
});

async function pair(info?: object) {
  const component = new Component({} as Exports, () => {});
  let handle!: Handle;
  const first = await open({ "contacts.save": writes(() => handle) }, info, component);
  handle = first.handle;
  return { first, second: await open({}, info, component) };
}

test("the page's other books have read a write and told it before it resolves", async () => {
  const { first, second } = await pair();
  await first.opened.contacts.save("a", {});
  assert.deepEqual(first.log, ["local: a"]);
  assert.deepEqual(second.log, ["refresh", "tab: a"]);
});

test("what the component tells while it reads is not told twice", async () => {
  const { first, second } = await pair();
  second.handle.calls.refresh = async () => { change(second.handle, "tab", "a"); };
  await first.opened.contacts.save("a", {});
  assert.deepEqual(second.log, ["tab: a"]);
});

test("writes in flight together share the other book's reading", async () => {
  const { first, second } = await pair();
  await Promise.all(["a", "b", "c"].map((id) => first.opened.contacts.save(id, {})));
  assert.ok(second.log.filter((line) => line === "refresh").length <= 2);
  assert.match(second.log.join(" "), /a.*b.*c/);
});

test("another book's failure to read, or its end, is not the writer's", async () => {
  const { first, second } = await pair();
  second.handle.calls.refresh = async () => { throw '{"code":"storage","message":"Lost."}'; };
  assert.deepEqual(await first.opened.contacts.save("a", {}), { wrote: "a" });
  await second.opened.close();
  assert.deepEqual(await first.opened.contacts.save("b", {}), { wrote: "b" });
});

test("books in memory are private", async () => {
  const { first, second } = await pair({ store: "memory" });
  await first.opened.contacts.save("a", {});
  assert.deepEqual(second.log, []);
});

test("an event that there is not is refused, so that no listener waits in vain", async () => {
  const { opened } = await open({});
  assert.throws(() => opened.on("chagne" as "change", () => {}), /chagne/);
});

test("verify: progress is told outside the component, and an abort before it asks nothing", async () => {
  const seen: string[] = [];
  const { opened } = await open({
    auditVerify: async (_, onProgress, isAborted) => {
      onProgress?.(1, 2);
      seen.push(`in the component, aborted ${isAborted?.()}`);
      return '{"ok":true}';
    },
  });
  const onProgress = (done: number, total: number) => seen.push(`${done} of ${total}`);
  await opened.audit.verify({ onProgress, signal: new AbortController().signal });
  assert.deepEqual(seen, ["in the component, aborted false", "1 of 2"]);
  await assert.rejects(opened.audit.verify({ signal: AbortSignal.abort() }), withCode("aborted"));
  assert.equal(seen.length, 2);
});
