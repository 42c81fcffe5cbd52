// What every consumer does with the package, whichever way it was loaded: enough to show that all of it arrived.

export async function use({ openBook, checkDefinition, crmContact, StagebookError }, store) {
  const issues = await checkDefinition({ ...crmContact, initial: "nowhere" });
  const refused = await openBook({ definitions: [], actor: { id: "u1" }, store }).catch((error) => error);
  const book = await openBook({ definitions: crmContact, actor: { id: "u1", name: "Ada" }, store, locale: "en" });
  const { contact } = await book.contacts.create({ name: "Acme" });
  await book.contacts.comment(contact.id, { text: "called" });
  const history = await book.history(contact.id);
  const { ok } = await book.audit.verify();
  await book.close();
  return {
    finds: issues.some(({ severity }) => severity === "error"),
    refuses: refused instanceof StagebookError,
    stage: contact.workflow.stage,
    comments: history.items.filter(({ kind }) => kind === "contact.commented").length,
    ok,
  };
}

export const USED = { finds: true, refuses: true, stage: "start", comments: 1, ok: true };
