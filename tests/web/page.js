// Hand-written IndexedDB, as another tab or another build would use it, and accidents to order.

const held = new Map();
const transaction = IDBDatabase.prototype.transaction;
const newest = [IDBObjectStore, IDBIndex].map((source) => [source, source.prototype.getAllRecords]);
const factory = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB');
let accident = null;
let writes = [];
let unhandled = 0;
globalThis.addEventListener('error', () => { unhandled += 1; });
globalThis.addEventListener('unhandledrejection', () => { unhandled += 1; });

IDBDatabase.prototype.transaction = function (stores, mode, options) {
  accident?.(this);
  const begun = transaction.call(this, stores, mode, options);
  if (mode === 'readwrite') {
    writes.push(`${[stores].flat().join(' ')}: ${begun.durability}`);
    if (losesAnswer) loseAnswer(begun);
  }
  return begun;
};

let losesAnswer = false;
function loseAnswer(begun) {
  losesAnswer = false;
  begun.addEventListener('complete', (event) => {
    event.stopImmediatePropagation();
    begun.dispatchEvent(new Event('abort'));
  });
}

export function setGetAllRecords(present) {
  for (const [{ prototype }, getAllRecords] of newest) {
    if (present && getAllRecords) prototype.getAllRecords = getAllRecords;
    else delete prototype.getAllRecords;
  }
}

export function openRaw(name, version, closesAfter) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onsuccess = () => {
      const database = request.result;
      held.set(name, database);
      database.onversionchange = () => {
        if (closesAfter >= 0) setTimeout(() => database.close(), closesAfter);
      };
      resolve();
    };
    request.onerror = () => reject(request.error);
  });
}

export function closeRaw(name) {
  held.get(name).close();
}

export async function versionOf(name) {
  const databases = await indexedDB.databases();
  return databases.find((database) => database.name === name)?.version ?? 0;
}

export function loseNextConnection(gone) {
  accident = (database) => {
    accident = null;
    database.close();
    if (gone) indexedDB.deleteDatabase(database.name);
  };
}

export function loseNextAnswer() {
  losesAnswer = true;
}

export function loseConnections(always) {
  accident = always ? (database) => database.close() : null;
}

export function setIndexedDb(how) {
  if (how === 'as it is') {
    Object.defineProperty(globalThis, 'indexedDB', factory);
    return;
  }
  const denied = () => { throw new DOMException('The operation is insecure.', 'SecurityError'); };
  const value = how === 'denied' ? { open: denied } : undefined;
  Object.defineProperty(globalThis, 'indexedDB', { value, configurable: true });
}

export function unhandledErrors() {
  return unhandled;
}

export function durabilities() {
  const seen = writes;
  writes = [];
  return seen;
}

const locks = Object.getOwnPropertyDescriptor(Navigator.prototype, 'locks');
export function setLocks(present) {
  Object.defineProperty(Navigator.prototype, 'locks', present ? locks : { value: undefined, configurable: true });
}

const storage = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
export function setLocalStorage(how) {
  const denied = () => { throw new DOMException('Access is denied.', 'SecurityError'); };
  const values = { 'as it is': storage, absent: { value: null, configurable: true }, denied: { get: denied, configurable: true } };
  Object.defineProperty(globalThis, 'localStorage', values[how]);
}

const { setItem, removeItem } = Storage.prototype;
export function stopAfter(writes) {
  let left = writes;
  const counted = (write) => function (...args) {
    if (left === 0) throw new Error('the page is gone');
    left -= 1;
    write.apply(this, args);
  };
  Storage.prototype.setItem = counted(setItem);
  Storage.prototype.removeItem = counted(removeItem);
}

export function goOn() {
  Object.assign(Storage.prototype, { setItem, removeItem });
}

export function dump(prefix) {
  return Object.keys(localStorage).filter((key) => key.startsWith(prefix)).sort().flatMap((key) => [key, localStorage.getItem(key)]);
}

/** Fills what is free but for `left` characters. */
export function fill(left) {
  const fits = (length) => {
    try {
      localStorage.setItem('ballast', ' '.repeat(length));
      return true;
    } catch {
      return false;
    }
  };
  let length = 0;
  for (let step = 2 ** 23; step >= 1; step /= 2) if (fits(length + step)) length += step;
  localStorage.setItem('ballast', ' '.repeat(Math.max(0, length - left)));
  return length;
}

export function holdLock(name) {
  return new Promise((resolve) => {
    navigator.locks.request(name, () => {
      resolve();
      return new Promise((release) => { held.set(name, { close: release }); });
    });
  });
}
