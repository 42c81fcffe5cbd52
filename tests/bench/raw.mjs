// IndexedDB as an application would write it by hand: the yardstick. No hash, no chain, no workflow, no wrapper; relaxed
// durability, and commit() at once, as fast as a transaction gets.

const RELAXED = { durability: "relaxed" };

export function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function complete(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** `entries`: one record an entry, with the compound index that a page needs. `records`: values under a number. */
export function open(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("entries", { keyPath: "seq" }).createIndex("contact", ["contact", "seq"]);
    request.result.createObjectStore("records");
  };
  return answer(request);
}

export const remove = (name) => answer(indexedDB.deleteDatabase(name));

export function addRecord(database, key, value) {
  const transaction = database.transaction("records", "readwrite", RELAXED);
  transaction.objectStore("records").add(value, key);
  transaction.commit();
  return complete(transaction);
}

export function addRecords(database, firstKey, values) {
  const transaction = database.transaction("records", "readwrite", RELAXED);
  const store = transaction.objectStore("records");
  values.forEach((value, place) => store.add(value, firstKey + place));
  transaction.commit();
  return complete(transaction);
}

export function addEntries(database, entries) {
  const transaction = database.transaction("entries", "readwrite", RELAXED);
  const store = transaction.objectStore("entries");
  for (const entry of entries) store.add(entry);
  transaction.commit();
  return complete(transaction);
}

/** A contact's newest entries, by one request where the browser has it. */
export function newest(database, contact, limit) {
  const index = database.transaction("entries").objectStore("entries").index("contact");
  const query = IDBKeyRange.bound([contact, 0], [contact, Infinity]);
  if ("getAllRecords" in index) return answer(index.getAll({ query, count: limit, direction: "prev" }));
  return new Promise((resolve, reject) => {
    const found = [];
    const request = index.openCursor(query, "prev");
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const cursor = request.result;
      if (!cursor || found.push(cursor.value) >= limit) resolve(found);
      else cursor.continue();
    };
  });
}
