// The page's own words in Italian.
import type { Words } from "./words-en.js";

export const it: Words = {
  title: "Demo di Stagebook",
  rooms: "Sezioni", roomName: { contacts: "Contatti", tasks: "Attività", outbox: "In uscita", history: "Cronologia", insights: "Andamento" },
  book: "Registro", bookName: { demo: "Il mio registro", "sample-en": "Sample, in English", "sample-it": "Esempio, in italiano" }, noSuchBook: (name) => `Questo browser non ha un registro «${name}».`, workingAs: "Operatore", language: "Lingua",
  save: "Salva", cancel: "Annulla", create: "Crea", dismiss: "Chiudi", choose: "Scegli…", loadMore: "Mostra altri", show: "Mostra", everything: "Tutto", nothing: "niente",
  saved: "Salvato.",

  contacts: "Contatti", newContact: "Nuovo contatto", searchContacts: "Cerca nei contatti", noContacts: "Nessun contatto. Creane uno o carica l’esempio: una piccola squadra di vendita nel pieno del lavoro.", contactsOf: { active: "Attivi", archived: "Archiviati" }, everyStage: "Tutti",
  chooseContact: "Scegli un contatto per vederne il flusso e la cronologia.", backToContacts: "← Contatti",
  contactCreated: (name) => `${name} è stato creato.`,
  editContact: "Modifica contatto", contactActions: "Contatto",
  contactAction: { edit: "Modifica", invite: "Invita…", message: "Messaggio…", share: "Condividi via…", archive: "Archivia…", restore: "Ripristina", delete: "Elimina…" }, copyLink: "Copia link", linkCopied: "Il link è negli appunti.",
  contactField: { name: "Nome", company: "Azienda", email: "Email", phone: "Telefono" },
  contactStatus: "Stato", statusOf: { active: "Attivo", archived: "Archiviato" }, contactSince: "Creato",
  noContact: "Contatto inesistente", erasedContact: "Contatto eliminato",

  selectSeveral: "Seleziona più contatti", select: (name) => `Seleziona ${name}`, selectShown: "Seleziona tutti quelli mostrati", selectEnd: "Fine", nothingSelected: "Non c’è ancora nulla di selezionato.",
  moveMany: (count) => `Sposta ${count}…`, moveManyTitle: (count) => `Sposta ${count} contatti`, moveTo: "Allo stadio",
  movedMany: (moved, stayed) => `Spostati: ${moved}. Non spostati: ${stayed}.`,

  archiveTitle: (name) => `Archiviare ${name}?`, archiveExplained: "Un contatto archiviato esce dall’elenco e conserva tutti i suoi dati. Si può ripristinare in ogni momento.",
  archiveIt: "Archivia", archived: (name) => `${name} è stato archiviato.`, restored: (name) => `${name} è stato ripristinato.`,
  inviteTitle: (name) => `Invita ${name}`, inviteMessage: "Messaggio (facoltativo)", messageTitle: (name) => `Messaggio a ${name}`, subject: "Oggetto", text: "Testo",
  shareTitle: (name) => `Condividi ${name}`, shareFields: "Dati da condividere", send: "Invia", inOutbox: "È tra i messaggi in uscita.",

  sender: "Servizio di posta simulato", senderName: "Servizio di posta", senderBusy: "Il server di posta è occupato.", senderRefused: "Il server di posta non conosce questo indirizzo.", senderNoAddress: "Il contatto non ha un indirizzo email.",
  senderMode: { sends: "Invia", fails: (times) => `Per ora non riesce (${times} prove)`, refuses: "Rifiuta", stopped: "È fermo" },
  noItems: "Non c’è nulla.", outboxStatus: { waiting: "In attesa", sent: "Inviato", failed: "Non riuscito" }, itemKind: { invite: "Invito", message: "Messaggio", share: "Dati condivisi" },
  sendTo: (address) => `a ${address}`, noAddress: "nessun indirizzo", attempts: (count) => (count === 1 ? "un tentativo" : `${count} tentativi`),
  settle: { sent: "Segna come inviato", failed: "Segna come non riuscito…" }, whyFailed: "Perché non è stato inviato?",

  stage: "Stadio", noWorkflow: "Nessun flusso", move: "Passa",
  moved: (name, stage) => `${name} ora è in ${stage}.`,
  reason: "Motivo", note: "Nota",

  deleteTitle: (name) => `Eliminare ${name}?`,
  deleteExplained: "Non si può tornare indietro. Ogni dato personale di questo contatto viene tolto da questo dispositivo, con le sue attività e la sua cronologia. Il log conserva una riga che dice chi l’ha eliminato, quando e perché, e resta verificabile. L’id non potrà essere riusato.",
  deleteId: "Id del contatto:", deleteTypeId: "Scrivi l’id per confermare", deleteReason: "Motivo (resta per sempre: niente dati personali)", deleteForGood: "Elimina per sempre", deleted: "Il contatto è stato eliminato.",

  importHistory: "Importa storico…", loadSample: "Carica l’esempio", sampleReady: "L’esempio è pronto.", sampleAnew: "Ricomincia l’esempio…", sampleAnewTitle: "Ricominciare l’esempio?", sampleAnewExplained: "Tutto quello che è stato fatto in questo registro d’esempio su questo dispositivo sparisce, e le sue date ripartono da oggi.", sampleAnewIt: "Ricomincia", importing: "Importazione", importIt: "Importa",
  reading: (file) => `Lettura di ${file}…`,
  rowsSoFar: (rows, time) => `${rows} righe in ${time}`,
  importDone: (time) => `Importato in ${time}.`, importCancelled: "L’importazione è stata annullata.",
  imported: "Importate", skipped: "Già note", rejected: "Scartate", unread: "Righe del file illeggibili", row: (row) => `Riga ${row}`, record: (record) => `Riga ${record} del file`,
  chooseStages: "Quali nomi sono stadi?", namesFound: "Nomi trovati nel file",
  chooseStagesExplained: (book) => `Il registro aperto non conosce gli stadi di questo file. Sarà creato un nuovo registro «${book}»: i nomi spuntati diventano i suoi stadi, gli altri le sue attività.`,
  chooseOne: "Spunta almeno un nome.",

  tools: "Importa", verifyLog: "Verifica il log", verifiedAt: (time) => `Log verificato ${time}`, verifyFailed: "Log NON integro", verifyEntries: (entries) => `${entries} voci verificate. Premi per verificare di nuovo.`,
  verifying: (done, total) => `Verifica in corso… ${done} di ${total}`,
  verifyOk: (entries) => `Il log è integro: ${entries} voci verificate, nessuna cambiata, mancante o tagliata.`,
  verifyBad: (entries) => `Il log NON è integro. Voci verificate: ${entries}.`,
  verifyErased: (entries) => `${entries} di queste sono di contatti eliminati: il contenuto non c’è più, il loro posto nel log è provato.`,
  verifyMissing: (entries) => `${entries} voci hanno perso il contenuto senza un’eliminazione.`,
  verifyFirstBad: (replica, seq, reason) => `La prima voce che non torna è la numero ${seq} del dispositivo ${replica}: ${reason}`,
  verifyCut: (replica) => `Il log del dispositivo ${replica} è stato tagliato.`,

  storeName: { indexeddb: "IndexedDB", localstorage: "localStorage", memory: "memoria" },
  conflicts: (count) => (count === "1" ? "Un conflitto tra dispositivi" : `${count} conflitti tra dispositivi`), conflictWinner: "Conta", conflictLoser: "Non conta", conflictLook: "Guarda il contatto", conflictAgain: "Fai ora l'altro passaggio", conflictKeep: "Lascia così",
  bookInfo: (name, store, entries) => `Registro «${name}» in ${store}, ${entries} voci`,
  keys: "Scorciatoie da tastiera", keysOn: "I singoli tasti fanno questo",
  keyActs: { "/": "Cerca", n: "Nuovo contatto", "j k": "Contatto successivo, precedente", e: "Modifica il contatto", "?": "Questo elenco" },
  openAgain: "Apri di nuovo",
  closedFor: {
    upgrade: "Un’altra scheda ha aperto questo registro con una versione più nuova della pagina. Ricarica questa scheda.",
    storage: "Il browser ha tolto lo spazio di questo registro.",
    internal: "Il registro si è chiuso dopo un guasto. Quello che era salvato è al sicuro.",
  },
  problemTitle: {
    definition: "La definizione del flusso ha dei problemi", invalid: "Alcuni valori non vanno bene", refused: "Ora non è possibile", "not-found": "Non trovato",
    forbidden: "Non ti è permesso", conflict: "Qualcun altro l’ha cambiato nel frattempo", storage: "L’archivio del browser non ha funzionato", quota: "L’archivio del browser è pieno",
    "blocked-upgrade": "Un’altra scheda tiene aperta una versione più vecchia di questo registro", "too-new": "Questo registro è stato scritto da una versione più nuova", corrupt: "Quello che è archiviato non torna",
    closed: "Il registro è chiuso", "wasm-blocked": "La politica della pagina vieta WebAssembly", "wasm-load": "Il componente non si è caricato", aborted: "Interrotto", file: "Il file non si è potuto leggere", internal: "Qualcosa è andato storto",
  },
  problemAdvice: {
    conflict: "Guarda che cosa è mostrato ora e riprova.",
    storage: "Può dipendere da una finestra privata o da impostazioni che vietano l’archivio. Nulla è stato salvato a metà.",
    quota: "Libera un po’ di spazio per questo sito e riprova. Nulla è stato salvato a metà.",
    "blocked-upgrade": "Chiudi le altre schede di questa pagina, poi apri di nuovo.",
    "too-new": "Carica la versione più nuova di questa pagina.",
    "wasm-blocked": "La Content-Security-Policy deve avere 'wasm-unsafe-eval' in script-src.",
    "wasm-load": "Controlla la connessione e apri di nuovo.",
  },
};
