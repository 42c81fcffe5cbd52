// React 19 sets properties of custom elements and hears their events by itself: nothing wraps them.
import { StrictMode, Suspense, use, useState } from "react";
import { createRoot } from "react-dom/client";
import { crmContact, openBook } from "stagebook";
import "stagebook/elements/define";
import type {} from "stagebook/elements/react";

/** Opened once, beside React: the element takes either outcome. */
const opening = openBook({ definitions: crmContact, actor: { id: "anna", name: "Anna Rossi" }, locale: "en" }).then(
  async (book) => {
    if (!(await book.contacts.get("c-1"))) await book.contacts.create({ id: "c-1", name: "Bruno Bianchi" });
    return { book };
  },
  (failure: unknown) => ({ failure }),
);

function Contact({ id }: { id: string }) {
  const [said, say] = useState("");
  return (
    <>
      <stagebook-panel {...use(opening)} contactId={id} onstagebook-save={({ detail }) => say(`Saved: ${detail.result.logged.map(({ typeLabel }) => typeLabel)}`)} />
      <output>{said}</output>
    </>
  );
}

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Suspense fallback={<p>…</p>}>
      <Contact id="c-1" />
    </Suspense>
  </StrictMode>,
);
