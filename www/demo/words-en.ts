// The page's own words in English. Labels of stages and types, messages and summaries come from the book.

export const en = {
  title: "Stagebook demo",
  book: "Book", workingAs: "Working as", language: "Language",
  save: "Save", cancel: "Cancel", create: "Create", clear: "Clear", dismiss: "Dismiss", choose: "Choose…", loadMore: "Load more", nothing: "nothing",
  saved: "Saved.", nothingToSave: "There is nothing to save yet.",

  contacts: "Contacts", newContact: "New contact", searchContacts: "Search contacts", noContacts: "No contacts here. Make one, or load the sample.",
  chooseContact: "Choose a contact to see its workflow and history.", backToContacts: "← Contacts",
  contactCreated: (name: string) => `${name} was created.`,
  editContact: "Edit", deleteContact: "Delete…",
  contactField: { name: "Name", company: "Company", email: "Email", phone: "Phone" },
  contactStatus: "Status", statusOf: { active: "Active", archived: "Archived" }, contactSince: "Created",
  noContact: "No such contact", erasedContact: "Deleted contact", contactGone: "Nothing is known of a contact with this id.",
  contactErased: "This contact was deleted for good. What its history still answers is below.",

  stage: "Stage", noWorkflow: "No workflow", moves: "Moves", move: "Move", noMoves: "There is no move out of this stage.",
  stageSince: (stage: string, date: string) => `${stage} since ${date}`,
  startWorkflow: (label: string) => `Start ${label}`,
  moved: (name: string, stage: string) => `${name} is now in ${stage}.`,
  reason: "Reason", note: "Note",
  fix: { log: "Log this activity", set: "Fill in this field", input: "Answer", restore: "Restore", start: "Start the workflow" },

  contactTabs: "Contact", workflowLog: "Workflow Log", activities: "Activities", log: "Log", history: "History",
  taskBox: "Task", pendingBox: "Pending activity",
  boxField: {
    "log.type": "Activity type", "log.date": "Date", "log.user": "User", "log.description": "Task description",
    "pending.date": "Pending activity date", "pending.type": "Activity type", "pending.description": "Task description", "pending.due": "Closing date",
    "pending.assignee": "User", "pending.remind.start": "Reminder start date", "pending.remind.end": "Reminder end date", "pending.createTask": "Create activity",
  },
  requiredType: (label: string, logged: number, min: number) => `${label} – required, ${logged} of ${min}`,
  suggestedType: (label: string) => `${label} – suggested`,
  planNext: (label: string) => `Plan next: ${label}`,
  openActivities: "To do", doneActivities: "Done", cancelledActivities: "Cancelled", loggedActivities: "Logged", noActivities: "None.",
  activityState: { overdue: "Overdue", today: "Today", planned: "Planned", done: "Done", cancelled: "Cancelled" },
  inTaskList: "In the task list", complete: "Complete", cancelActivity: "Cancel", reopen: "Reopen",
  dueOn: (date: string) => `due ${date}`, closedOn: (date: string) => `closed ${date}`, assignedTo: (name: string) => `for ${name}`,
  remindFrom: (start: string, end: string) => `reminder ${start} – ${end}`,

  logCaption: "Stage changes, newest first", logFrom: "Starting stage", logTo: "Ending stage", logBy: "Operator", logAt: "Date", logWhy: "Reason or note", noLog: "No stage change yet.",
  historyKind: "Show", historyText: "Search in history", noHistory: "Nothing that fits.",
  kindGroup: { all: "Everything", stages: "Stage changes", activities: "Activities", comments: "Comments and messages", data: "Contact data" },
  comment: "Comment", addComment: "Add comment", commentAdded: "The comment was added.",

  deleteTitle: (name: string) => `Delete ${name}?`,
  deleteExplained: "This can't be undone. Every personal datum of this contact is removed from this device, its activities and its history with it. The log keeps a line that says who deleted it, when and why, and still verifies. The id can't be used again.",
  deleteId: "The contact's id:", deleteTypeId: "Type the id to confirm", deleteReason: "Reason (stays for ever: no personal data)", deleteForGood: "Delete for good", deleted: "The contact was deleted.",

  importHistory: "Import history…", loadSample: "Load sample", importing: "Import", importIt: "Import",
  reading: (file: string) => `Reading ${file}…`,
  rowsSoFar: (rows: string, time: string) => `${rows} rows in ${time}`,
  importDone: (time: string) => `Imported in ${time}.`, importCancelled: "The import was cancelled.",
  imported: "Imported", skipped: "Already known", rejected: "Rejected", unread: "Unreadable records", row: (row: number) => `Row ${row}`, record: (record: number) => `Record ${record}`,
  chooseStages: "Which names are stages?", namesFound: "Names found in the file",
  chooseStagesExplained: (book: string) => `The open book does not know the stages of this file. A new book “${book}” will be made: the names ticked here become its stages, the others its activities.`,
  chooseOne: "Tick at least one name.",

  tools: "Tools", verifyLog: "Verify log",
  verifying: (done: string, total: string) => `Checking… ${done} of ${total}`,
  verifyOk: (entries: string) => `The log is intact: ${entries} entries checked, none changed, missing or cut.`,
  verifyBad: (entries: string) => `The log is NOT intact. ${entries} entries were checked.`,
  verifyErased: (entries: string) => `${entries} of them belong to deleted contacts: their content is gone, their place in the log is proven.`,
  verifyMissing: (entries: string) => `${entries} entries have lost their content without a deletion.`,
  verifyFirstBad: (replica: string, seq: number, reason: string) => `The first entry that does not fit is number ${seq} of device ${replica}: ${reason}`,
  verifyCut: (replica: string) => `The log of device ${replica} was cut.`,

  storeName: { indexeddb: "IndexedDB", localstorage: "localStorage", memory: "memory" },
  bookInfo: (name: string, store: string, entries: string) => `Book “${name}” in ${store}, ${entries} entries`,
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
