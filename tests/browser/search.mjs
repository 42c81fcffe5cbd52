// Looks for texts wherever a page of an origin can keep them, knowing nothing of how the package lays out its data: every
// key and value of every object store of every IndexedDB database (objects walked, bytes as UTF-8 and as what LZ4 may have
// packed into them), and the key-value stores. Each function runs inside a page.

/** Everything the origin's stores hold, as [where, text] pairs in lower case. */
export async function everythingStored() {
  const found = [];
  /** What a block of LZ4 says that stands behind the number of its bytes; nothing if there is none. */
  const unpacked = (bytes) => {
    if (bytes.length < 5) return undefined;
    const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const out = [];
    let at = 4;
    const length = (short) => {
      let sum = short;
      for (let more = short === 15 ? 255 : 0; more === 255; sum += more) more = bytes[at++];
      return sum;
    };
    while (at < bytes.length && out.length <= size) {
      const token = bytes[at++];
      for (let left = length(token >> 4); left > 0; left -= 1) out.push(bytes[at++]);
      if (at >= bytes.length) break;
      const back = bytes[at++] | (bytes[at++] << 8);
      for (let left = length(token & 15) + 4; left > 0 && out.length <= size; left -= 1) out.push(out[out.length - back]);
    }
    return out.length === size && at === bytes.length ? new Uint8Array(out) : undefined;
  };
  const decoded = (bytes) => {
    const behind = bytes.indexOf(10) + 1;
    const packed = [unpacked(bytes), behind ? unpacked(bytes.subarray(behind)) : undefined].filter(Boolean);
    return [bytes, ...packed].map((one) => new TextDecoder().decode(one));
  };
  const texts = (value, seen = new Set()) => {
    if (typeof value === "string") return [value, ...(value.startsWith("b") ? decoded(Uint8Array.from(value.slice(1), (one) => one.charCodeAt(0))) : [])];
    if (value instanceof ArrayBuffer) return decoded(new Uint8Array(value));
    if (ArrayBuffer.isView(value)) return decoded(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    if (typeof value !== "object" || value === null || seen.has(value)) return [String(value)];
    seen.add(value);
    const parts = value instanceof Map || value instanceof Set ? [...value].flat() : [...Object.keys(value), ...Object.values(value)];
    return parts.flatMap((part) => texts(part, seen));
  };
  const note = (where, ...values) => found.push([where, values.flatMap((value) => texts(value)).join("\n").toLowerCase()]);
  const settled = (request) => new Promise((done, fail) => { request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); });

  for (const { name } of await indexedDB.databases()) {
    note("database name", name);
    const database = await settled(indexedDB.open(name));
    for (const table of database.objectStoreNames) {
      const store = database.transaction(table).objectStore(table);
      const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
      keys.forEach((key, at) => note(`${name} ${table}`, key, values[at]));
    }
    database.close();
  }
  for (const [where, storage] of [["localStorage", localStorage], ["sessionStorage", sessionStorage]]) {
    for (let at = 0; at < storage.length; at += 1) note(where, storage.key(at), storage.getItem(storage.key(at)));
  }
  for (const name of await caches.keys()) note("caches", name);
  return found;
}

/** What globalThis.book answers about a contact, by every way there is to ask. */
export async function everythingAnswered(id) {
  const { book } = globalThis;
  const pages = async (ask) => {
    const items = [];
    for (let cursor; ; ) {
      const page = await ask({ limit: 500, ...(cursor && { cursor }) });
      items.push(...page.items);
      if (!(cursor = page.next)) return items;
    }
  };
  const asked = await Promise.all([
    book.contacts.get(id),
    pages((query) => book.contacts.list(query)),
    pages((query) => book.history(id, query)),
    pages((query) => book.historyAll(query)),
    pages((query) => book.tasks.list(query)),
    pages((query) => book.outbox.list(query)),
    book.activities.reminders(),
    pages((query) => book.activities.list(id, query)).catch(({ code }) => code),
    pages((query) => book.workflow.log(id, query)).catch(({ code }) => code),
    book.workflow.options(id).catch(({ code }) => code),
    book.diagnostics(),
  ]);
  return [["answers", JSON.stringify(asked).toLowerCase()]];
}

/** What the page shows, and holds in its fields, in its elements' shadow roots too. */
export function everythingShown() {
  const within = (root) => [...root.querySelectorAll("*")].flatMap((element) => [element, ...(element.shadowRoot ? within(element.shadowRoot) : [])]);
  const elements = within(document);
  const texts = elements.flatMap((element) => [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }) => data));
  const values = elements.filter((element) => element.matches("input, textarea, select")).map(({ value }) => value);
  const attributes = elements.flatMap((element) => [...element.attributes].map(({ value }) => value));
  return [["page", [...texts, ...values, ...attributes].join("\n").toLowerCase()]];
}

/** Where each mark occurs: { mark: [where, …] }. Runs in the test. */
export function placesOf(marks, found) {
  return Object.fromEntries(marks.map((mark) => [mark, [...new Set(found.filter(([, text]) => text.includes(mark.toLowerCase())).map(([where]) => where))]]));
}
