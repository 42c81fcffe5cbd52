//! History from another system, a batch of rows at a time: the entries of each are one commit of the
//! log, and gathered in their contacts, whose records are written once for many batches.

use super::loaded::Loaded;
use super::work::Work;
use super::{ATTEMPTS, Engine};
use crate::command::{Actor, ImportRow};
use crate::decide::{self, Rejection};
use crate::error::{Clash, Error, Fault};
use crate::event::Event;
use crate::ids::{ContactId, ContactName};
use crate::json::{self, NotJson, Value};
use crate::map::{Hashed, Texts};
use crate::project::{Contact, Row};
use crate::store::{Outcome, Store};
use std::rc::Rc;

shape! {
    /// What became of a batch of rows.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ImportReport {
        /// Rows that became entries.
        pub imported: u64 = "imported",
        /// Rows that were imported before, or said nothing new.
        pub skipped: u64 = "skipped",
        /// Rows left out.
        pub rejected: Vec<RejectedRow> = "rejected",
    }
}

shape! {
    /// A row left out.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RejectedRow {
        /// Its place among all rows, from 0.
        pub row: u64 = "row",
        /// Stable code.
        pub code: String = "code",
        /// Why.
        pub message: String = "message",
    }
}

/// Ids of rows that a contact's history already holds, for contacts of the present import.
pub(super) type Sources = Hashed<Rc<Texts>>;

/// Contacts whose sources are remembered.
const REMEMBERED: usize = 4_000;
/// Bytes of bodies that are held in memory.
const HELD: usize = 16 * 1024 * 1024;
/// A row as it was read: or why it could not be.
enum ReadRow {
    Row(Box<ImportRow>, ContactName),
    Unreadable(String),
}

impl<S: Store> Engine<S> {
    /// Imports rows, a JSON array of the contract's `ImportRow`. `first` is the place of the first
    /// among all rows of the import. Until `end` is said their entries may be in the log alone.
    ///
    /// # Errors
    /// `forbidden`, or what the store says; none of the rows is in the book then.
    pub async fn import(
        &self,
        actor: &Actor,
        rows: &str,
        first: u64,
        end: bool,
    ) -> Result<ImportReport, Error> {
        self.open_or_refuse()?;
        let rows = self.read_rows(rows)?;
        self.keep_time().await?;
        let _turn = self.writer.lock().await;
        for _ in 0..ATTEMPTS {
            self.gather_on(true).await?;
            let start = self.shared.borrow().known;
            let contacts = self.known_contacts(&mut rows.iter().filter_map(ReadRow::name)).await?;
            let mut sources = self.import_sources(&contacts, &rows).await?;
            if self.shared.borrow().known != start {
                self.follow().await?;
                continue;
            }
            let mut work = self.begin_work(contacts.clone());
            let report = self.import_rows(actor, &rows, first, &mut work, &mut sources)?;
            let late = !work.late.is_empty();
            let outcome = if work.lines.is_empty() {
                // No commit tells whether a refusal rests on what another writer has changed.
                self.follow().await?;
                match self.shared.borrow().known == start {
                    true => Outcome::Done,
                    false => Outcome::Taken,
                }
            } else if end && !late && !self.gathered.borrow().holds() {
                work.import = true;
                self.commit_compacted(&mut work).await?
            } else {
                self.gather_own(&mut work, &contacts).await?
            };
            if outcome == Outcome::Taken {
                self.follow().await?;
                continue;
            }
            self.remember_sources(sources);
            if late {
                // They are folded out of the log, each in its place.
                self.gathered.borrow_mut().take();
            }
            if end || late || self.gathered.borrow().is_more_than(HELD) {
                self.settle().await?;
            }
            return Ok(report);
        }
        Err(Clash::Busy.into())
    }

    /// A row that can't be read is left out; the others are not.
    fn read_rows(&self, text: &str) -> Result<Vec<ReadRow>, Error> {
        let no_list = |_| Fault::Malformed("a list of JSON is expected".to_owned());
        let rows = json::parse_each(text).map_err(no_list)?;
        let mut last: Option<(String, ContactName)> = None;
        let read = |row: Result<Value<'_>, NotJson>| {
            let Ok(row) = &row else {
                return ReadRow::Unreadable("JSON is expected".to_owned());
            };
            let row: ImportRow = match json::from_value(row) {
                Ok(row) => row,
                Err(mismatch) => return ReadRow::Unreadable(mismatch.to_string()),
            };
            // Rows of one contact mostly follow each other.
            let name = match &last {
                Some((id, name)) if *id == row.contact => name.clone(),
                _ => self.name_of(&ContactId::new(row.contact.as_str())),
            };
            last = Some((row.contact.clone(), name.clone()));
            ReadRow::Row(Box::new(row), name)
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Row ids that the contacts' histories hold.
    async fn import_sources(
        &self,
        contacts: &Hashed<Rc<Loaded>>,
        rows: &[ReadRow],
    ) -> Result<Sources, Error> {
        let with_id =
            rows.iter().filter(|row| matches!(row, ReadRow::Row(row, _) if row.id.is_some()));
        let mut sources = Sources::default();
        for name in with_id.filter_map(ReadRow::name) {
            if sources.contains_key(name.as_str()) {
                continue;
            }
            let remembered = self.imported.borrow().get(name.as_str()).cloned();
            let loaded = contacts.get(name.as_str());
            let known = match remembered {
                Some(known) => known,
                None if loaded.is_some_and(|loaded| loaded.state.entries == 0) => Rc::default(),
                None => {
                    let mut known = Texts::default();
                    let rows = match loaded {
                        Some(loaded) => self.rows_of(loaded).await?,
                        None => self.all_rows(name, None).await?,
                    };
                    rows.iter().filter_map(|row| source_of(row)).for_each(|id| _ = known.note(&id));
                    Rc::new(known)
                }
            };
            sources.insert(name.as_str(), known);
        }
        Ok(sources)
    }

    fn remember_sources(&self, mut sources: Sources) {
        let mut imported = self.imported.borrow_mut();
        if imported.len() + sources.len() > REMEMBERED {
            imported.clear();
        }
        sources.drain().for_each(|(name, known)| imported.insert(&name, known));
    }

    fn import_rows(
        &self,
        actor: &Actor,
        rows: &[ReadRow],
        first: u64,
        work: &mut Work,
        sources: &mut Sources,
    ) -> Result<ImportReport, Error> {
        let (new_id, derive) = (|| self.new_id(), |text: &str| self.derive(text));
        let replica = work.seal.replica.clone();
        let context =
            self.context(actor, work.now, &replica, work.seal.upcoming(0), (&new_id, &derive));
        decide::permit_import(&context)?;
        let mut report = ImportReport::default();
        for (row, place) in rows.iter().zip(first..) {
            let outcome = match row {
                ReadRow::Unreadable(detail) => Err(Rejection {
                    code: "malformed",
                    params: params! { "detail" => detail.as_str() },
                }),
                ReadRow::Row(row, name) => {
                    self.import_row(actor, row, name, &context, work, sources)?
                }
            };
            match outcome {
                Ok(true) => report.imported += 1,
                Ok(false) => report.skipped += 1,
                Err(rejection) => report.rejected.push(self.rejected(place, &rejection)),
            }
        }
        Ok(report)
    }

    /// True if the row became an entry, false if it says nothing new.
    fn import_row(
        &self,
        actor: &Actor,
        row: &ImportRow,
        name: &ContactName,
        context: &decide::Context<'_>,
        work: &mut Work,
        sources: &mut Sources,
    ) -> Result<Result<bool, Rejection>, Error> {
        if let Some(id) = &row.id
            && sources.get(name.as_str()).is_some_and(|known| known.contains_key(id))
        {
            return Ok(Ok(false));
        }
        let unknown;
        let state: &Contact = match work.contact(name) {
            Some(loaded) => &loaded.state,
            None => {
                unknown = Contact::unknown(name.clone(), ContactId::default());
                &unknown
            }
        };
        let unique = |id: &str| self.pseudonyms.name("row", &format!("{name}\0{id}"));
        let fact = match decide::import(state, row, &unique, context) {
            Ok(Some(fact)) => fact,
            Ok(None) => return Ok(Ok(false)),
            Err(rejection) => return Ok(Err(rejection)),
        };
        if matches!(fact.event, Event::WorkflowStarted(_)) && work.definitions.is_empty() {
            for definition in self.unknown_definitions() {
                self.seal_definition(definition, actor, work);
            }
        }
        let id = ContactId::new(row.contact.as_str());
        self.seal_facts(vec![fact], name, &id, work)?;
        if let (Some(id), Some(known)) = (&row.id, sources.get_mut(name.as_str())) {
            Rc::make_mut(known).note(id);
        }
        Ok(Ok(true))
    }

    fn rejected(&self, row: u64, rejection: &Rejection) -> RejectedRow {
        // What is wrong with a contact's field is worded as it is anywhere else.
        let (messages, key) = (self.messages(), format!("import.{}", rejection.code));
        let mut message = messages.text(&key, &rejection.params);
        if message == key {
            message = messages.text(&format!("issue.{}", rejection.code), &rejection.params);
        }
        RejectedRow { row, code: rejection.code.to_owned(), message }
    }
}

impl ReadRow {
    fn name(&self) -> Option<&ContactName> {
        match self {
            Self::Row(_, name) => Some(name),
            Self::Unreadable(_) => None,
        }
    }
}

/// The id of the import row that a row of the history came from.
fn source_of(row: &Row) -> Option<String> {
    let body = json::parse(row.body.text()).ok()?;
    body.get("source").and_then(Value::as_str).map(str::to_owned)
}
