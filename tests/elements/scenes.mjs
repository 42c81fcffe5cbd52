// Every state that the elements can be in, each by the steps that lead to it: what axe-core looks at, and who looks with their
// own eyes (looks.mjs).

import { open, show } from "./harness.mjs";

export const NOW = "2026-11-26T10:00:00Z";

/** A page with a contact in the middle of things, at a time that stays. */
export async function filled(host, options = {}, book = {}) {
  const made = await host.page({ clock: NOW, ...options });
  await open(made.page, book);
  await made.page.evaluate(async () => {
    const day = (n) => new Date(Date.now() + n * 86_400_000).toISOString().slice(0, 10);
    const call = (more) => ({ pending: { type: "intro-call", assignee: "anna", ...more } });
    await book.contacts.save("c-1", { activities: [{ log: { type: "register-contact", description: "Registered at the fair in Verona" } }, { log: { type: "intro-call", outcome: "Interested in the yearly plan" }, ...call({ date: day(-8), due: day(-3), description: "Send the offer", createTask: true }) }] });
    await book.workflow.transition("c-1", { to: "qualification", note: "Budget confirmed" });
    const { pending: [, , last] } = await book.contacts.save("c-1", { activities: [call({ due: day(0), remind: { start: day(-1), end: day(1) }, createTask: true }), call({ assignee: "sofia", type: "register-contact", due: day(5), description: "VAT number" }), call({})] });
    await book.activities.cancel(last.id, { reason: "Not needed" });
    await book.contacts.comment("c-1", { text: "Prefers mornings. <b>Never</b> on Fridays." });
    await book.contacts.save("c-1", { set: { phone: "+39 06 1234567" } });
  });
  return made;
}

const PANEL = "stagebook-panel";
const fresh = () => book.contacts.create({ id: "c-9", name: "New" });
const button = (name) => (page) => page.getByRole("button", { name }).first().click();
const failing = (code, message) => (page) => page.evaluate(([tag, code, message]) => { document.querySelector(tag).failure = new stagebook.StagebookError(code, message); }, [PANEL, code, message]);
/** The one who looks stays with this book; the scene has another. */
const apart = (work) => `(async () => { const { openBook, crmContact } = stagebook; const actor = book.actor, { users, locale } = book; const given = { definitions: crmContact, actor, users, locale, store: "memory", timeZone: "Europe/Rome" };
  globalThis.other = await (${work})({ openBook, crmContact, given }); })()`;
export const inOther = async (page, tag = PANEL) => {
  await page.evaluate((tag) => { document.querySelector(tag).book = other; }, tag);
  await page.waitForTimeout(200);
};

/** Two devices that met apart: a move against a move, an activity completed on both. */
export const conflicts = apart(async ({ openBook, given }) => {
  const [here, there] = [await openBook(given), await openBook({ ...given, actor: { id: "marco", name: "Marco Bianchi" } })];
  const carry = async (from, to) => { for (const batch of (await from.sync.changes()).batches) await to.sync.apply(batch); };
  await here.contacts.create({ id: "c-1", name: "Bruno Bianchi", activities: [{ log: { type: "register-contact" } }, { log: { type: "intro-call" }, pending: { type: "intro-call", assignee: "anna", due: "2026-11-30" } }] });
  await here.workflow.transition("c-1", { to: "qualification" });
  await carry(here, there);
  const [{ id }] = (await there.activities.list("c-1", { status: "open" })).items;
  await there.activities.complete(id, { outcome: "Reached by Marco" });
  await there.workflow.transition("c-1", { to: "prospect" });
  await new Promise((done) => setTimeout(done, 5));
  await here.activities.complete(id, { outcome: "Reached by Anna" });
  await here.workflow.transition("c-1", { to: "start" });
  await carry(there, here);
  return here;
});

const hostile = apart(async ({ openBook, given }) => {
  const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ";
  const bad = `<img src=x onerror="globalThis.hurt = 1">\u202Egnorw\u2066 👩‍👩‍👧‍👦 ${long}`;
  const stages = ["Kick-off", long, bad, "D", "E", "F", "G"].map((label, n) => ({ id: `s${n}`, label, color: ["#42a3bd", "red;} * { display: none", "#8a2be2"][n] }));
  const definition = { id: "deals", version: 1, label: long, initial: "s1", activityTypes: [{ id: "t", label: long }, { id: "u", label: bad }], stages: stages.map((stage) => ({ ...stage, activities: [{ type: "t", required: true }] })),
    transitions: [["m", "s1", "s2", bad], ["b", "s1", "s0", long], ["x", "s1", "s5", "Skip"]].map(([id, from, to, label]) => ({ id, from, to, label })) };
  const made = await openBook({ ...given, definitions: definition, users: [{ id: "anna", name: long }, { id: "b", name: bad }] });
  await made.contacts.create({ id: "c-1", name: bad, fields: { note: long } });
  await made.contacts.save("c-1", { set: { company: bad + long }, activities: [{ log: { type: "u", description: bad, outcome: long }, pending: { type: "u", assignee: "b", due: "2026-11-20", date: "2026-11-20", description: bad, createTask: true } }] });
  await made.contacts.comment("c-1", { text: `${bad} ${"x".repeat(600)}` });
  return made;
});

/** A workflow in which nothing leads to its last stage. */
const unreachable = apart(async ({ openBook, given }) => {
  const stages = ["First", "Second", "Elsewhere"].map((label) => ({ id: label, label }));
  const made = await openBook({ ...given, definitions: { id: "deals", version: 1, initial: "First", activityTypes: [], stages, transitions: [{ id: "on", from: "First", to: "Second", label: "On" }, { id: "back", from: "Elsewhere", to: "First", label: "Back" }] } });
  await made.contacts.create({ id: "c-1", name: "Bruno Bianchi" });
  return made;
});

/** `prepare` runs in the page before, `then` drives the page after the element is shown. */
export const SCENES = {
  activities: { tag: PANEL },
  log: { tag: PANEL, given: { tab: "log" } },
  history: { tag: PANEL, given: { tab: "history" } },
  "history-filters": { tag: "stagebook-history", then: (page) => page.locator('[aria-controls="more-filters"]').click() },
  "history-range": {
    tag: "stagebook-history",
    async then(page) {
      await page.locator('[aria-controls="more-filters"]').click();
      await page.locator('[name="when"]').selectOption("range");
      await page.locator('[name="from"]').fill("2026-11-01");
      await page.locator("stagebook-history label input[type=checkbox]").check();
      await page.clock.runFor(1_000);
    },
  },
  "history-nomatch": {
    tag: "stagebook-history",
    async then(page) {
      await page.locator('[name="text"]').fill("zzz");
      await page.clock.runFor(1_000);
      await page.locator(".empty").waitFor();
    },
  },
  "history-all": { tag: "stagebook-history", given: { contactId: undefined } },
  downloads: { tag: "stagebook-history", then: (page) => page.locator(".menu > summary").click() },
  form: {
    tag: PANEL,
    async then(page) {
      for (const box of ["log", "pending"]) await page.locator(`[name="${box}.type"]`).selectOption("intro-call");
      await page.locator('[name="pending.due"]').fill("2001-01-01");
    },
  },
  blocked: { tag: PANEL, prepare: fresh, given: { contactId: "c-9" } },
  "boxes-alone": { tag: "stagebook-stage-path", prepare: fresh, given: { contactId: "c-9" }, then: button(/^(Log it|Registra):/) },
  "path-unfolded": {
    tag: "stagebook-stage-path",
    prepare: fresh,
    given: { contactId: "c-9" },
    async then(page) {
      await page.setViewportSize({ width: 320, height: 900 });
      await page.locator(".fold").first().click();
    },
  },
  way: { tag: "stagebook-stage-path", prepare: fresh, given: { contactId: "c-9" }, then: button(/^(Customer|Cliente)/) },
  "way-none": {
    tag: "stagebook-stage-path",
    prepare: unreachable,
    async then(page) {
      await inOther(page, "stagebook-stage-path");
      await button("Elsewhere")(page);
    },
  },
  picking: {
    tag: PANEL,
    async then(page) {
      await page.locator(".pick-several").click();
      await page.locator("stagebook-activities .tick input").first().check();
    },
  },
  "tasks-picking": {
    tag: "stagebook-tasks",
    given: { contactId: undefined },
    async then(page) {
      await page.locator(".pick-several").click();
      await page.locator("stagebook-tasks .tick input").first().check();
    },
  },
  verified: {
    tag: PANEL,
    given: { tab: "log" },
    async then(page) {
      await page.locator("stagebook-log [part=verify]").click();
      await page.locator("stagebook-log .chip.done").waitFor();
    },
  },
  printed: {
    tag: PANEL,
    given: { tab: "history" },
    async then(page) {
      await page.evaluate(() => { globalThis.print = () => {}; });
      await page.locator(".menu > summary").click();
      await page.locator(".menu button").last().click();
    },
  },
  linked: {
    tag: "stagebook-history",
    given: { linked: true },
    async then(page) {
      const id = await page.evaluate(async () => (await book.history("c-1")).items[3].id);
      await page.evaluate((id) => { document.querySelector("stagebook-history").entry = id; }, id);
      await page.waitForTimeout(200);
    },
  },
  dialog: { tag: PANEL, then: button(/^(Edit|Modifica):/) },
  completing: { tag: PANEL, then: button(/^(Done|Conclusa):/) },
  diagram: { tag: "stagebook-stage-path", then: button(/^Diagram/) },
  readonly: { tag: PANEL, given: { readonly: true } },
  archived: { tag: PANEL, prepare: async () => { await book.contacts.create({ id: "c-8", name: "Old" }); await book.contacts.archive("c-8"); }, given: { contactId: "c-8" } },
  erased: { tag: PANEL, prepare: async () => { await book.contacts.create({ id: "c-7", name: "Gone" }); await book.contacts.erase("c-7", { confirm: "c-7", reason: "Ticket 4711" }); }, given: { contactId: "c-7" } },
  unstarted: { tag: PANEL, prepare: () => book.contacts.create({ id: "c-6", name: "Ada", workflow: null }), given: { contactId: "c-6" } },
  unknown: { tag: PANEL, given: { contactId: "nobody" } },
  unchosen: { tag: PANEL, given: { contactId: undefined } },
  loading: { tag: PANEL, waits: true, given: { book: undefined } },
  failure: { tag: PANEL, then: failing("wasm-blocked", "WebAssembly is forbidden.") },
  storage: { tag: PANEL, then: failing("storage", "A mutation operation was attempted on a database that did not allow mutations.") },
  quota: { tag: PANEL, then: failing("quota", "The quota has been exceeded.") },
  closed: { tag: PANEL, prepare: apart(({ openBook, given }) => openBook(given)), async then(page) { await inOther(page); await page.evaluate(() => other.close()); } },
  refused: {
    tag: "stagebook-history",
    then: (page) => page.locator(".comment button").click(),
  },
  conflicts: { tag: PANEL, prepare: conflicts, then: inOther },
  hostile: { tag: PANEL, prepare: hostile, then: inOther },
  "hostile-history": { tag: PANEL, given: { tab: "history" }, prepare: hostile, then: inOther },
  offline: {
    tag: PANEL,
    prepare: () => { globalThis.stop = book.sync.start({ push: () => Promise.reject(new Error("Bad gateway")), pull: () => Promise.reject(new Error("Bad gateway")) }); },
    given: { tab: "history" },
    then: (page) => page.clock.runFor(2_000),
  },
  tasks: { tag: "stagebook-tasks", given: { contactId: undefined } },
  "tasks-done": { tag: "stagebook-tasks", given: { contactId: undefined, group: "done" } },
  insights: { tag: "stagebook-insights", given: { contactId: undefined }, then: (page) => page.locator("summary").click() },
  undo: {
    tag: PANEL,
    async then(page) {
      await button(/^(Cancel it|Annullala):/)(page);
      await page.getByRole("dialog").locator("[type=submit]").click();
      await page.locator("stagebook-activities .notice").getByRole("button").first().waitFor();
    },
  },
};

/** Shows one of them, alone in the page. */
export async function put(page, { tag, given, prepare, then, waits }) {
  await page.evaluate(() => { globalThis.stop?.(); });
  await page.setViewportSize({ width: 1280, height: 900 });
  if (prepare) await page.evaluate(prepare).catch((error) => { if (!/exists already|esiste già/.test(error.message)) throw error; });
  await page.evaluate(() => document.querySelectorAll("main > :not(h1, h2)").forEach((one) => one.remove()));
  if (waits) await page.evaluate(([tag, given]) => { globalThis.put(tag, { contactId: "c-1", ...given }); }, [tag, given]);
  else await show(page, tag, given);
  await page.waitForTimeout(150);
  await then?.(page);
  await page.waitForTimeout(150);
}
