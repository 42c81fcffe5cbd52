// In the frame, on an origin of its own: its policy allows WebAssembly, and names the host as the only frame-ancestor.
import { crmContact, openBook } from "stagebook";
import "stagebook/elements/define";

const HOST = import.meta.env.VITE_HOST ?? "https://crm.example.com";
const tell = (message) => parent.postMessage(message, HOST);
const panel = document.querySelector("stagebook-panel");

openBook({ definitions: crmContact, actor: { id: "anna", name: "Anna Rossi" }, locale: "en" }).then(
  (book) => {
    addEventListener("message", async ({ origin, source, data }) => {
      if (origin !== HOST || source !== parent || data.type !== "contact") return;
      const { contactId } = data;
      if (!(await book.contacts.get(contactId))) await book.contacts.create({ id: contactId, name: contactId });
      Object.assign(panel, { book, contactId });
    });
    tell({ type: "ready" });
  },
  (failure) => Object.assign(panel, { failure }),
);
addEventListener("stagebook-save", ({ detail }) => tell({ type: "saved", saved: detail.result.logged.map(({ typeLabel }) => typeLabel) }));
new ResizeObserver(() => tell({ type: "height", height: document.documentElement.offsetHeight })).observe(document.documentElement);
