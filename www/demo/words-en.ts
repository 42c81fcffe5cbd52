// The page's own words in English. Labels of stages and types, messages and summaries come from the book.

export const en = {
  title: "Stagebook demo",
  rooms: "Rooms", roomName: { contacts: "Contacts", tasks: "My tasks", outbox: "Outbox", history: "All history", insights: "Insights" },
  book: "Book", bookName: { demo: "My book", "sample-en": "Sample, in English", "sample-it": "Esempio, in italiano" } as Record<string, string>, noSuchBook: (name: string) => `This browser has no book “${name}”.`, workingAs: "Working as", language: "Language",
  save: "Save", cancel: "Cancel", create: "Create", dismiss: "Dismiss", choose: "Choose…", loadMore: "Load more", show: "Show", everything: "Everything", nothing: "nothing",
  saved: "Saved.",

  contacts: "Contacts", newContact: "New contact", searchContacts: "Search contacts", noContacts: "No contacts here. Make one, or load the sample: a small sales team in the middle of its work.", contactsOf: { active: "Active", archived: "Archived" }, everyStage: "All",
  chooseContact: "Choose a contact to see its workflow and history.", backToContacts: "← Contacts",
  contactCreated: (name: string) => `${name} was created.`,
  editContact: "Edit contact", contactActions: "Contact",
  contactAction: { edit: "Edit", invite: "Invite…", message: "Message…", share: "Share via…", archive: "Archive…", restore: "Restore", delete: "Delete…" }, copyLink: "Copy link", linkCopied: "The link is on the clipboard.",
  contactField: { name: "Name", company: "Company", email: "Email", phone: "Phone" },
  contactStatus: "Status", statusOf: { active: "Active", archived: "Archived" }, contactSince: "Created",
  noContact: "No such contact", erasedContact: "Deleted contact",

  selectSeveral: "Select several", select: (name: string) => `Select ${name}`, selectShown: "Select all shown", selectEnd: "Done", nothingSelected: "Nothing is selected yet.",
  moveMany: (count: string) => `Move ${count}…`, moveManyTitle: (count: string) => `Move ${count} contacts`, moveTo: "To stage",
  movedMany: (moved: string, stayed: string) => `Moved: ${moved}. Not moved: ${stayed}.`,

  archiveTitle: (name: string) => `Archive ${name}?`, archiveExplained: "An archived contact leaves the list and keeps all its data. It can be restored at any time.",
  archiveIt: "Archive", archived: (name: string) => `${name} was archived.`, restored: (name: string) => `${name} was restored.`,
  inviteTitle: (name: string) => `Invite ${name}`, inviteMessage: "Message (optional)", messageTitle: (name: string) => `Message to ${name}`, subject: "Subject", text: "Text",
  shareTitle: (name: string) => `Share ${name}`, shareFields: "Details to share", send: "Send", inOutbox: "It is in the outbox.",

  sender: "Pretend mail sender", senderName: "Mail sender", senderBusy: "The mail server is busy.", senderRefused: "The mail server does not know this address.", senderNoAddress: "The contact has no email address.",
  senderMode: { sends: "Sends", fails: (times: number) => `Fails for now (${times} tries)`, refuses: "Refuses", stopped: "Is stopped" },
  noItems: "Nothing here.", outboxStatus: { waiting: "Waiting", sent: "Sent", failed: "Failed" }, itemKind: { invite: "Invitation", message: "Message", share: "Shared details" },
  sendTo: (address: string) => `to ${address}`, noAddress: "no address", attempts: (count: number) => (count === 1 ? "tried once" : `tried ${count} times`),
  settle: { sent: "Mark as sent", failed: "Mark as failed…" }, whyFailed: "Why was it not sent?",

  stage: "Stage", noWorkflow: "No workflow", move: "Move",
  moved: (name: string, stage: string) => `${name} is now in ${stage}.`,
  reason: "Reason", note: "Note",

  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteExplained: "This can't be undone. Every personal datum of this contact is removed from this device, its activities and its history with it. The log keeps a line that says who deleted it, when and why, and still verifies. The id can't be used again.",
  deleteId: "The contact's id:", deleteTypeId: "Type the id to confirm", deleteReason: "Reason (stays for ever: no personal data)", deleteForGood: "Delete for good", deleted: "The contact was deleted.",

  importHistory: "Import history…", loadSample: "Load the sample", sampleReady: "The sample is ready.", sampleAnew: "Begin the sample anew…", sampleAnewTitle: "Begin the sample anew?", sampleAnewExplained: "All that was done in this sample book on this device goes, and its dates begin today.", sampleAnewIt: "Begin anew", importing: "Import", importIt: "Import",
  reading: (file: string) => `Reading ${file}…`,
  rowsSoFar: (rows: string, time: string) => `${rows} rows in ${time}`,
  importDone: (time: string) => `Imported in ${time}.`, importCancelled: "The import was cancelled.",
  imported: "Imported", skipped: "Already known", rejected: "Rejected", unread: "Unreadable records", row: (row: number) => `Row ${row}`, record: (record: number) => `Record ${record}`,
  chooseStages: "Which names are stages?", namesFound: "Names found in the file",
  chooseStagesExplained: (book: string) => `The open book does not know the stages of this file. A new book “${book}” will be made: the names ticked here become its stages, the others its activities.`,
  chooseOne: "Tick at least one name.",

  tools: "Import", verifyLog: "Verify log", verifiedAt: (time: string) => `Log verified ${time}`, verifyFailed: "Log NOT intact", verifyEntries: (entries: string) => `${entries} entries checked. Press to check again.`,
  verifying: (done: string, total: string) => `Checking… ${done} of ${total}`,
  verifyOk: (entries: string) => `The log is intact: ${entries} entries checked, none changed, missing or cut.`,
  verifyBad: (entries: string) => `The log is NOT intact. ${entries} entries were checked.`,
  verifyErased: (entries: string) => `${entries} of them belong to deleted contacts: their content is gone, their place in the log is proven.`,
  verifyMissing: (entries: string) => `${entries} entries have lost their content without a deletion.`,
  verifyFirstBad: (replica: string, seq: number, reason: string) => `The first entry that does not fit is number ${seq} of device ${replica}: ${reason}`,
  verifyCut: (replica: string) => `The log of device ${replica} was cut.`,

  storeName: { indexeddb: "IndexedDB", localstorage: "localStorage", memory: "memory" },
  conflicts: (count: string) => (count === "1" ? "One conflict between devices" : `${count} conflicts between devices`), conflictWinner: "Counts", conflictLoser: "Does not count", conflictLook: "Look at the contact", conflictAgain: "Make the other move now", conflictKeep: "Keep it so",
  bookInfo: (name: string, store: string, entries: string) => `Book “${name}” in ${store}, ${entries} entries`,
  keys: "Keyboard shortcuts", keysOn: "Single keys do this",
  keyActs: { "/": "Search", n: "New contact", "j k": "Next, previous contact", e: "Edit the contact", "?": "This list" },
  openAgain: "Open again",
  closedFor: {
    upgrade: "Another tab opened this book with a newer version of the page. Reload this tab.",
    storage: "The browser took the storage of this book away.",
    internal: "The book ended after a fault. What was saved is safe.",
  },
  problemTitle: {
    definition: "The workflow definition has problems", invalid: "Some values are not right", refused: "This is not possible now", "not-found": "Not found",
    forbidden: "You may not do this", conflict: "Somebody else changed this meanwhile", storage: "The browser's storage failed", quota: "The browser's storage is full",
    "blocked-upgrade": "Another tab holds an older version of this book", "too-new": "This book was written by a newer version", corrupt: "What is stored does not fit together",
    closed: "The book is closed", "wasm-blocked": "The page's policy forbids WebAssembly", "wasm-load": "The component could not be loaded", aborted: "Stopped", file: "The file could not be read", internal: "Something went wrong",
  } as Record<string, string>,
  problemAdvice: {
    conflict: "Look at what is shown now and try again.",
    storage: "A private window, or settings that forbid storage, can be the cause. Nothing was half saved.",
    quota: "Free some space for this site and try again. Nothing was half saved.",
    "blocked-upgrade": "Close the other tabs of this page, then open again.",
    "too-new": "Load the newest version of this page.",
    "wasm-blocked": "The Content-Security-Policy needs 'wasm-unsafe-eval' in script-src.",
    "wasm-load": "Check the connection and open again.",
  } as Record<string, string>,
};

export type Words = typeof en;
