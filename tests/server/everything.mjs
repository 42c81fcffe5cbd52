// What two books must agree on. It runs in Node and, as a file of a page, in browsers.

/** What a book says of all its contacts, for comparing. */
export async function everything(book) {
  const all = [];
  for (let cursor; ;) {
    const { items, next } = await book.historyAll({ limit: 500, cursor });
    all.push(...items.map(({ synced, replica, ...item }) => ({ ...item, replica })));
    if (!(cursor = next)) break;
  }
  const contacts = [];
  for (let cursor; ;) {
    const { items, next } = await book.contacts.list({ limit: 500, cursor });
    contacts.push(...items.map(({ version, ...contact }) => contact));
    if (!(cursor = next)) break;
  }
  return { all, contacts: contacts.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}
