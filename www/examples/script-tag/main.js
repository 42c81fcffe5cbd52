// stagebook.global.js is one file: the component and the elements are in it, and the elements are defined.
const panel = document.querySelector("stagebook-panel");
panel.addEventListener("stagebook-save", ({ detail }) => {
  document.querySelector("output").value = `Saved: ${detail.result.logged.map(({ typeLabel }) => typeLabel)}`;
});
stagebook
  .openBook({ definitions: stagebook.crmContact, actor: { id: "anna", name: "Anna Rossi" }, locale: "en" })
  .then(async (book) => {
    if (!(await book.contacts.get("c-1"))) await book.contacts.create({ id: "c-1", name: "Bruno Bianchi" });
    panel.book = book;
  })
  .catch((error) => {
    panel.failure = error;
  });
