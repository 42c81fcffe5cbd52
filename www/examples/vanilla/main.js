// A list of contacts, and beside it the panel of the one that was chosen.
import { crmContact, openBook } from "stagebook";
import "stagebook/elements/define";

const panel = document.querySelector("stagebook-panel");
panel.addEventListener("stagebook-save", ({ detail }) => {
  document.querySelector("output").value = `Saved: ${detail.result.logged.map(({ typeLabel }) => typeLabel)}`;
});
panel.addEventListener("stagebook-retry", start);
start();

async function start() {
  try {
    const book = await openBook({ definitions: crmContact, actor: { id: "anna", name: "Anna Rossi" }, locale: "en" });
    if (!(await book.contacts.get("c-1"))) await book.contacts.create({ id: "c-1", name: "Bruno Bianchi", email: "bruno@example.com" });
    panel.book = book;
    book.on("change", () => list(book));
    await list(book);
  } catch (error) {
    panel.failure = error; // explained in the panel's place, with a button to try again
  }
}

async function list(book) {
  const { items } = await book.contacts.list();
  document.querySelector("#contacts").replaceChildren(...items.map(({ id, name }) => {
    const button = Object.assign(document.createElement("button"), { textContent: name, onclick: () => (panel.contactId = id) });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
}
