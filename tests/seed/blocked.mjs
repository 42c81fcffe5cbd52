// A contact against whose move everything stands that a definition can demand, and what the book says of it while one
// reason after the other is cleared. Gives plain data; runs in Node and in a browser alike.

export async function blocked({ openBook, crmContact }, store, locale) {
  const definitions = demanding(crmContact);
  const book = await openBook({ definitions, actor: { id: "anna", name: "Anna Rossi" }, name: `blocked-${locale}`, store, locale, timeZone: "Europe/Rome" });
  const { contact: { id } } = await book.contacts.create({ name: "Bruno" });
  const seller = book.as({ id: "marco", name: "Marco Bianchi", roles: ["sales"] });
  const forward = async (asked = book, input) => (await asked.workflow.options(id, input)).find(({ to }) => to === "qualification");

  const option = await forward();
  const refusal = await refused(book.workflow.transition(id, { to: "qualification" }));
  const saved = await refused(book.contacts.save(id, { set: { phone: "1" }, transition: { to: "qualification" } }));
  const cleared = [brief(await forward(seller))];
  await book.contacts.save(id, { activities: [{ log: { type: "intro-call" } }] });
  cleared.push(brief(await forward(seller)));
  await book.contacts.save(id, { activities: [{ log: { type: "intro-call" } }] });
  cleared.push(brief(await forward(seller)));
  await book.contacts.save(id, { set: { fields: { budget: 1200 } } });
  cleared.push(brief(await forward(seller)));
  cleared.push(brief(await forward(seller, { reason: "budget agreed" })));
  cleared.push(brief(await forward(seller, { reason: "budget agreed", note: "by phone" })));
  const { from, to, reason, note } = await seller.workflow.transition(id, { to: "qualification", reason: "budget agreed", note: "by phone" });
  await book.close();
  return { option, refusal, saved, cleared, moved: [from, to, reason, note] };
}

function demanding(crmContact) {
  const stages = crmContact.stages.map((stage) => (stage.id === "start" ? { ...stage, activities: [{ type: "intro-call", required: true, min: 2 }] } : stage));
  const transitions = crmContact.transitions.map((one) =>
    one.id === "start-qualification" ? { ...one, roles: ["sales", "boss"], requires: { reason: true, note: true, fields: ["budget"] } } : one);
  return { ...crmContact, id: "demanding", stages, transitions };
}

const refused = (promise) => promise.then(() => "done", ({ code, blockers }) => ({ code, blockers }));

function brief({ blockers, needsInput }) {
  const missing = ({ code, fix }) => (code === "activity-missing" && fix.missing === 1 ? `${code} 1` : code);
  return [...blockers.map(missing), ...(needsInput ? ["needs input"] : [])];
}
