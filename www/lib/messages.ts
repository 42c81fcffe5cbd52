// The few sentences the facade itself has to say, in the two built-in languages: before the component is loaded,
// after a book is closed, or where the component could not be asked. It knows nothing of books.

const en = {
  aborted: "The operation was stopped.",
  closed: "The book is closed.",
  fault: "The component stopped after a fault: {0}. What was saved is safe; open the book again.",
  id: "An id is a string.",
  plain: "This is not plain data: text must be well-formed, and nothing may be nested without end.",
  lines: "Only lines of text and streams of bytes can be verified.",
  lacks: "This version of stagebook does not have {0} yet.",
  open: "The book “{0}” is open: close it first.",
  row: "This row is not a plain JSON object.",
  signer: "A signer has a name, an Ed25519 public key of 32 bytes, and a function that signs.",
  unexpected: "Something unexpected was thrown: {0}.",
  "wasm-blocked":
    "This page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src directive.",
  "wasm-load": "The WebAssembly component could not be loaded: {0}.",
};

const it: typeof en = {
  aborted: "L'operazione è stata interrotta.",
  closed: "L'archivio è chiuso.",
  fault: "Il componente si è fermato per un errore: {0}. Ciò che è stato salvato è al sicuro; riapri l'archivio.",
  id: "Un id è una stringa.",
  plain: "Questi non sono dati semplici: il testo deve essere ben formato e nulla annidato senza fine.",
  lines: "Si possono verificare solo righe di testo e flussi di byte.",
  lacks: "Questa versione di stagebook non ha ancora {0}.",
  open: "L'archivio “{0}” è aperto: chiudilo prima.",
  row: "Questa riga non è un semplice oggetto JSON.",
  signer: "Un firmatario ha un nome, una chiave pubblica Ed25519 di 32 byte e una funzione che firma.",
  unexpected: "Errore inatteso: {0}.",
  "wasm-blocked":
    "La Content-Security-Policy di questa pagina vieta WebAssembly: aggiungi 'wasm-unsafe-eval' alla direttiva script-src.",
  "wasm-load": "Il componente WebAssembly non si è potuto caricare: {0}.",
};

/** Without a locale the host's language decides. Other languages than the built-in ones get English. */
export function say(key: keyof typeof en, locale: string | undefined, what = ""): string {
  const language = locale ?? globalThis.navigator?.language ?? "en";
  const text = (/^it\b/i.test(language) ? it : en)[key];
  return text.replace("{0}", () => what.replace(/\.$/, ""));
}
