// What may change while a book is open, and what its listeners are given: §5 of the reference and the contract.

import { ANNA, codeOf, MARCO } from "./opening.mjs";

const PENDING = { type: "intro-call", assignee: "zoe" };

/** How the book speaks, what day it is, and who may be asked to do something. */
async function stance(book, id) {
  const [option] = await book.workflow.options(id);
  const { items: [last] } = await book.history(id);
  const { pending } = book.activities.draft({ pending: { type: "intro-call" } });
  return [
    book.locale, book.timeZone, book.text({ en: "Call", it: "Chiamata", de: "Anruf" }), option.toLabel, option.blockers[0].message, last.summary, pending.date,
    book.activities.validate({ pending: PENDING }).map(({ code }) => code).join(),
  ];
}

export const scenarios = [
  {
    name: "§5 configure: language, words, time zone and people are followed by later calls, of every actor",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const marco = book.as(MARCO);
      const english = await stance(book, id);
      book.configure({ locale: "it" });
      const italian = await stance(book, id);
      const refusal = await book.contacts.invite(id, {}).catch(({ message }) => message);
      const messages = { de: { "blocker.activity-missing.one": "{label} fehlt noch.", "summary.workflow.started": "{by} begann" } };
      book.configure({ locale: "de", messages });
      const german = await stance(book, id);
      book.configure({ timeZone: "Asia/Tokyo", users: [ANNA, MARCO, { id: "zoe", name: "Zoe Hall" }] });
      const tokyo = await stance(marco, id);
      const { pending: [plan] } = await marco.contacts.save(id, { activities: [{ pending: PENDING }] });
      const actors = [book.actor.id, marco.actor.id, marco.as(ANNA).actor.id, (await marco.contacts.comment(id, { text: "x" })).byName];
      book.configure({ users: null });
      const anybody = await codeOf(book.contacts.save(id, { activities: [{ pending: { ...PENDING, assignee: "nobody known" } }] }));
      book.configure({});
      const nothing = [book.locale, book.timeZone];
      await book.close();
      return { english, italian, refusal, german, tokyo, planned: [plan.date, plan.assigneeName], actors, anybody, nothing };
    },
    expected: {
      english: ["en", "Europe/Rome", "Call", "Qualification", "Company registration must be logged first.", "Anna Rossi started the workflow Contact at Start", "2026-03-09", "assignee-unknown"],
      italian: ["it", "Europe/Rome", "Chiamata", "Qualifica", "Prima va registrata l'attività Inserimento anagrafica.", "Anna Rossi ha avviato il workflow Contatto da Inizio", "2026-03-09", "assignee-unknown"],
      refusal: "Email: campo obbligatorio.",
      german: ["de", "Europe/Rome", "Anruf", "Qualification", "Company registration fehlt noch.", "Anna Rossi begann", "2026-03-09", "assignee-unknown"],
      tokyo: ["de", "Asia/Tokyo", "Anruf", "Qualification", "Company registration fehlt noch.", "Anna Rossi begann", "2026-03-10", ""],
      planned: ["2026-03-10", "Zoe Hall"], actors: ["anna", "marco", "anna", "Marco Bianchi"], anybody: "done", nothing: ["de", "Asia/Tokyo"],
    },
  },
  {
    name: "§5 configure: a bad value is invalid, and nothing of its call changes",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
      const before = JSON.stringify(await stance(book, id));
      const bad = [
        { locale: "it", timeZone: "Mars/Phobos" }, { locale: "it", timeZone: "" }, { locale: 5, timeZone: "Asia/Tokyo" }, { timeZone: 7 }, { locale: "it", users: "zoe" },
        { timeZone: "Asia/Tokyo", users: [{ id: "", name: "Nobody" }] }, { users: [ANNA, { id: "zoe" }] }, { locale: "it", messages: "none" },
        { locale: "it", messages: { it: { "blocker.activity-missing.one": 5 } } }, 5, "it",
      ];
      const answers = [];
      for (const changes of bad) {
        let code = "done";
        try { book.configure(changes); } catch (error) { code = error instanceof stagebook.StagebookError ? error.code : `${error}`; }
        answers.push(JSON.stringify(await stance(book, id)) === before ? code : `${code} and changed by ${JSON.stringify(changes)}`);
      }
      await book.close();
      let closed;
      try { book.configure({ locale: "it" }); } catch ({ code }) { closed = code; }
      return { answers: [...new Set(answers)], closed };
    },
    expected: { answers: ["invalid"], closed: "closed" },
  },
  {
    name: "§4 The event \"outbox\" tells what was asked for and settled; its detail is the listener's own copy",
    async act(stagebook, { open }) {
      const book = await open();
      const { contact: { id } } = await book.contacts.create({ name: "Bruno", email: "bruno@example.com" });
      const told = [];
      book.on("outbox", ({ item }) => { Object.assign(item, { id: "spoilt", status: "spoilt" }); item.payload.text = "spoilt"; });
      const deaf = book.on("outbox", ({ item }) => told.push([item.kind, item.status, item.payload.text ?? item.to]));
      const message = await book.contacts.message(id, { text: "Hello" });
      const invite = await book.as(MARCO).contacts.invite(id, { email: "a@example.com" });
      const sent = await book.outbox.settle(message.id, { status: "sent" });
      await codeOf(book.contacts.invite(id, {}));
      deaf();
      await book.contacts.share(id, { email: "a@example.com" });
      const listed = (await book.outbox.list()).items.map(({ kind, status, payload }) => [kind, status, payload.text ?? null]);
      await book.close();
      return { told, returned: [message.payload.text, message.status, invite.status, sent.status], listed };
    },
    expected: {
      told: [["message", "waiting", "Hello"], ["invite", "waiting", "a@example.com"], ["message", "sent", "Hello"]], returned: ["Hello", "waiting", "waiting", "sent"],
      listed: [["message", "sent", "Hello"], ["invite", "waiting", null], ["share", "waiting", null]],
    },
  },
];
