//! The store in the page's localStorage, for where there is no IndexedDB. It knows keys, texts and
//! turns, not what the records hold, and touches no key but the book's own.
//!
//! A commit happens by one write of one key, `commits/<number>`: with nothing but a record it is
//! that record; else it is a redo, which holds the changes of all other keys as well. Those are then
//! made, and the redo gives way to the record. Making them again does no harm: whoever comes after
//! somebody who did not finish does it, before reading anything. The redo is written together with
//! the room that its changes will need, so that want of room refuses the commit as a whole.
//!
//! What is written outlives the page, and a browser that is closed. It does not outlive a browser that
//! crashes at once, nor a power cut: browsers write localStorage to disk in their own time (Chromium:
//! later than 6 seconds), and nothing can make them, so `strict` asks for no more here. What was lost
//! then is the end: whole commits, not parts of them.
//!
//! To erase needs room in a storage that is full, so a book that has grown keeps some in `reserve`,
//! which only a commit that is strict or makes the book smaller may use.

mod area;
mod form;
mod index;
mod turn;

use crate::error::StoreError;
use crate::ids::CommitNo;
use crate::sort;
use crate::store::{Change, Commit, Outcome, Range, Record, Store, Table};
use crate::web::browser::{UnderWay, Work, sleep};
use area::Area;
use form::Step;
pub(super) use index::FORMAT;
use index::{Entry, Index, VERSION};
use std::cell::{Cell, OnceCell, Ref, RefCell};
use turn::{Hold, Turn};

/// Noted among the book's keys, but not by this store: that the book was made in IndexedDB.
pub(super) const MADE: &str = "made";
/// Room for erasures: an eighth of the book, within limits, in UTF-16 code units.
const RESERVE: &str = "reserve";
const LEAST_RESERVE: i64 = 16 * 1024;
const LARGEST_RESERVE: i64 = 256 * 1024;
/// Emptied commits that a reader may be told of. Who is further behind reads what was damaged.
const FURTHEST: u64 = 1 << 20;
/// How often, and how long each time, a reader waits for another page to finish its commit.
const LOOKS: u32 = 20;
const LOOK_MS: u32 = 100;

/// One tab's handle on a book in localStorage.
pub struct LocalStorage {
    book: String,
    area: OnceCell<Area>,
    /// The keys as of the last commit that was seen.
    index: RefCell<Option<Index>>,
    /// Which book it is, once there is a commit.
    format: RefCell<Option<String>>,
    /// The last commit that was seen applied.
    applied: Cell<u64>,
    /// Tells other tabs of it.
    told: RefCell<Option<Hold>>,
    under_way: UnderWay,
    is_closed: Cell<bool>,
}

impl LocalStorage {
    /// A handle on the book of that name, not yet open.
    pub fn new(book: &str) -> Self {
        Self {
            book: book.to_owned(),
            area: OnceCell::new(),
            index: RefCell::default(),
            format: RefCell::default(),
            applied: Cell::new(0),
            told: RefCell::default(),
            under_way: UnderWay::default(),
            is_closed: Cell::new(false),
        }
    }

    fn area(&self) -> Result<&Area, StoreError> {
        if self.is_closed.get() {
            return Err(StoreError::Closed);
        }
        self.area.get().ok_or_else(|| StoreError::Failed("the store is not open yet".to_owned()))
    }

    /// What can be read now. Nothing may be awaited before it is.
    async fn read(&self, is_late: bool) -> Result<Reading<'_>, StoreError> {
        let area = self.area()?;
        let work = self.under_way.begin();
        if is_late {
            turn::catch_up(area).await?;
        }
        let mut looks = 0;
        while !self.is_current(area)? {
            let index = Index::read(area)?;
            if !index.is_pending {
                self.set_index(index)?;
                break;
            }
            match Turn::wait(area).await {
                Ok(turn) => {
                    self.finish(area)?;
                    self.end(turn, area);
                    break;
                }
                // Whoever has the turn is about to finish.
                Err(_) if looks < LOOKS => {
                    looks += 1;
                    sleep(LOOK_MS).await;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(Reading { area, index: self.known()?, _work: work })
    }

    fn known(&self) -> Result<Ref<'_, Index>, StoreError> {
        let known = Ref::filter_map(self.index.borrow(), Option::as_ref);
        known.map_err(|_| StoreError::Failed("the index is gone".to_owned()))
    }

    /// Whether no commit came after the index. A later one may be gone already, but then it has taken
    /// the last known one along.
    fn is_current(&self, area: &Area) -> Result<bool, StoreError> {
        let last = self.index.borrow().as_ref().map_or(0, |index| index.last);
        Ok(last > 0
            && area.has(&index::commit(last))?
            && !area.has(&index::commit(last + 1))?
            && area.get(FORMAT)? == *self.format.borrow())
    }

    /// Takes over what was read, unless it is another book's.
    fn set_index(&self, index: Index) -> Result<(), StoreError> {
        let mut format = self.format.borrow_mut();
        if format.is_none() {
            format.clone_from(&index.format);
        }
        if *format != index.format {
            return Err(StoreError::Failed("the book was deleted meanwhile".to_owned()));
        }
        self.applied.set(index.last);
        self.index.replace(Some(index));
        Ok(())
    }

    /// Applies what is still to be applied, and reads the keys anew. Needs the turn.
    fn finish(&self, area: &Area) -> Result<(), StoreError> {
        let mut index = Index::read(area)?;
        if index.is_pending {
            let key = index::commit(index.last);
            let text = area.get(&key)?.unwrap_or_default();
            let redo = form::read_redo(&text, &|key| area.get(key))?;
            let redo = redo.ok_or_else(|| area.corrupt(&key))?;
            area.set(&key, &text[..redo.length])?;
            apply(area, &key, &redo.last, &redo.steps)?;
            index = Index::read(area)?;
        }
        self.set_index(index)
    }

    /// Writes a commit. Needs the turn.
    fn write(&self, area: &Area, commit: &Commit) -> Result<Outcome, StoreError> {
        if !self.is_current(area)? {
            self.finish(area)?;
        }
        let last = self.known()?.last;
        if commit.number.0 <= last {
            return Ok(Outcome::Taken);
        }
        if commit.number.0 > last + 1 {
            return Err(StoreError::Failed("commits are missing before this one".to_owned()));
        }
        let before = || area.get(&index::commit(last));
        if commit.follows && before()? != Some(form::write(&commit.record)) {
            return Ok(Outcome::Taken);
        }
        if last == 0 {
            self.begin(area)?;
        }
        let steps = steps(area, &*self.known()?, commit)?;
        let key = index::commit(commit.number.0);
        let is_emptied = commit.emptied.contains(&commit.number);
        let record = form::write(if is_emptied { &[] } else { &commit.record });
        if steps.is_empty() {
            area.set(&key, &record)?;
            self.advance();
            return Ok(Outcome::Done);
        }
        let mut growth = 0;
        for step in &steps {
            growth += grows_by(area, step)?;
        }
        let redo = form::write_redo(&record, &steps, &|key| area.get(key))?;
        let may = commit.strict || growth <= 0;
        set_at_any_cost(area, &key, &(redo.clone() + &spaces(growth)), may)?;
        // It has happened. What fails now is done by whoever comes next.
        self.index.replace(None);
        let applied = area.set(&key, &redo).and_then(|()| apply(area, &key, &record, &steps));
        applied.map_err(|_| StoreError::Failed("a commit is yet to be finished".to_owned()))?;
        self.applied.set(commit.number.0);
        // Without it an erasure may have to wait for room.
        let _ = keep_reserve(area);
        Ok(Outcome::Done)
    }

    /// Ends a turn. Others are told even if it came to nothing: it may have finished another's commit.
    fn end(&self, turn: Turn, area: &Area) {
        if let Some(format) = &*self.format.borrow() {
            let told = turn.end(area, format, self.applied.get());
            // The earlier one goes after the later one has come.
            self.told.replace(told);
        }
    }

    /// Gives a new book its identity.
    fn begin(&self, area: &Area) -> Result<(), StoreError> {
        if self.format.borrow().is_some() {
            return Ok(());
        }
        let format = format!("{VERSION} {}", turn::random_word());
        area.set(FORMAT, &format)?;
        self.format.replace(Some(format));
        Ok(())
    }

    /// Follows this handle's own commit, which changed nothing but itself.
    fn advance(&self) {
        if let Some(index) = &mut *self.index.borrow_mut() {
            index.last += 1;
            index.first = index.first.max(1);
            self.applied.set(index.last);
        }
    }
}

impl Store for LocalStorage {
    async fn open(&self) -> Result<(), StoreError> {
        if self.is_closed.get() {
            return Err(StoreError::Closed);
        }
        if self.area.get().is_none() {
            let area = Area::open(&self.book)?;
            let _ = self.area.set(area);
        }
        self.read(false).await.map(drop)
    }

    async fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(false).await?.get(table, key)
    }

    async fn range(&self, range: Range) -> Result<Vec<Record>, StoreError> {
        self.read(false).await?.range(&range)
    }

    async fn commits_after(
        &self,
        number: CommitNo,
    ) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        self.read(true).await?.commits_after(number)
    }

    async fn commit(&self, commit: Commit) -> Result<Outcome, StoreError> {
        let area = self.area()?;
        let _work = self.under_way.begin();
        let turn = Turn::wait(area).await?;
        let outcome = self.write(area, &commit);
        self.end(turn, area);
        outcome
    }

    fn longest_tail(&self) -> usize {
        // What an erasure has to move along with it fits into the reserve.
        100
    }

    async fn close(&self) {
        let was_closed = self.is_closed.replace(true);
        self.under_way.ended().await;
        self.told.replace(None);
        if let Some(area) = self.area.get().filter(|_| !was_closed) {
            turn::leave(area);
        }
    }
}

/// What a handle reads from, with the keys of now.
struct Reading<'a> {
    area: &'a Area,
    index: Ref<'a, Index>,
    _work: Work<'a>,
}

impl Reading<'_> {
    fn get(&self, table: Table, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.index.find(table, key).map(|entry| read(self.area, &entry.place())).transpose()
    }

    fn range(&self, range: &Range) -> Result<Vec<Record>, StoreError> {
        let mut records = Vec::new();
        for entry in self.index.range(range) {
            let value = read(self.area, &entry.place())?;
            records.push(Record { key: entry.key.clone(), value });
        }
        Ok(records)
    }

    fn commits_after(&self, number: CommitNo) -> Result<Vec<(CommitNo, Vec<u8>)>, StoreError> {
        let Index { first, last, .. } = *self.index;
        if first.saturating_sub(number.0) > FURTHEST {
            return Err(self.area.corrupt("commits"));
        }
        let mut commits = Vec::new();
        for number in number.0.saturating_add(1)..=last {
            let record =
                if number < first { Vec::new() } else { read(self.area, &index::commit(number))? };
            commits.push((CommitNo(number), record));
        }
        Ok(commits)
    }
}

/// Removes a book from localStorage, whatever its keys hold. Whether it was ever made in IndexedDB
/// stays noted. Another tab that has it open can't write to it any more.
///
/// # Errors
/// No storage; without Web Locks, another tab that writes.
pub async fn delete(book: &str) -> Result<(), StoreError> {
    let area = Area::open(book)?;
    let _turn = Turn::wait(&area).await?;
    for key in area.keys()? {
        if key != MADE {
            area.remove(&key)?;
        }
    }
    Ok(())
}

/// Forgets that the book was ever made in IndexedDB.
pub(super) fn forget(book: &str) {
    if let Ok(area) = Area::open(book) {
        // A note that stays makes a new book of that name look emptied, and nothing worse.
        let _ = area.remove(MADE);
    }
}

/// Whether there is such a key of a book. Without a storage there is none.
pub(super) fn has(book: &str, key: &str) -> bool {
    Area::open(book).and_then(|area| area.has(key)).unwrap_or(false)
}

fn read(area: &Area, key: &str) -> Result<Vec<u8>, StoreError> {
    area.get(key)?.and_then(form::read).ok_or_else(|| area.corrupt(key))
}

/// What a commit changes besides its own key, at most once each.
fn steps(area: &Area, index: &Index, commit: &Commit) -> Result<Vec<Step>, StoreError> {
    let changes = &commit.changes;
    let mut steps = Vec::new();
    let order = sort::places(changes.len(), &|a, b| record(&changes[a]).cmp(&record(&changes[b])));
    for (n, place) in order.iter().enumerate() {
        let (table, key) = record(&changes[*place]);
        // Of several changes of one record the last one counts.
        if order.get(n + 1).is_some_and(|next| record(&changes[*next]) == (table, key)) {
            continue;
        }
        let before = index.find(table, key).map(Entry::place);
        let mut after = None;
        if let Change::Put { sort, value, .. } = &changes[*place] {
            if table.is_sorted() && key.contains('\n') {
                return Err(StoreError::Failed("a key with a line break".to_owned()));
            }
            let place = Entry::new(table, key, sort.as_deref()).place();
            after = Some(Step { key: place, text: Some(form::write(value)) });
        }
        if let Some(key) = before
            && after.as_ref().is_none_or(|after| after.key != key)
        {
            steps.push(Step { key, text: None });
        }
        steps.extend(after);
    }
    if !steps.is_empty() || !commit.emptied.is_empty() {
        empty(area, index, commit, &mut steps)?;
    }
    Ok(steps)
}

fn record(change: &Change) -> (Table, &str) {
    match change {
        Change::Put { table, key, .. } | Change::Delete { table, key } => (*table, key),
    }
}

/// Empties commits, and lets the first ones go as far as they are empty.
fn empty(
    area: &Area,
    index: &Index,
    commit: &Commit,
    steps: &mut Vec<Step>,
) -> Result<(), StoreError> {
    let is_emptied = |number| commit.emptied.contains(&CommitNo(number));
    let mut first = index.first.max(1);
    while first <= index.last {
        let key = index::commit(first);
        if !is_emptied(first) && area.get(&key)?.as_deref() != Some(form::EMPTY) {
            break;
        }
        steps.push(Step { key, text: None });
        first += 1;
    }
    for number in first..=index.last {
        if is_emptied(number) {
            steps.push(Step { key: index::commit(number), text: Some(form::EMPTY.to_owned()) });
        }
    }
    Ok(())
}

/// Writes a text; if there is no room, and it may, at the cost of the reserve.
fn set_at_any_cost(area: &Area, key: &str, text: &str, may: bool) -> Result<(), StoreError> {
    let reserve = match area.set(key, text) {
        Err(StoreError::Quota) if may => area.get(RESERVE)?,
        written => return written,
    };
    let Some(reserve) = reserve else { return Err(StoreError::Quota) };
    area.remove(RESERVE)?;
    let written = area.set(key, text);
    if written.is_err() {
        // There was room for it a moment ago.
        let _ = area.set(RESERVE, &reserve);
    }
    written
}

/// Lets the reserve grow with the book.
fn keep_reserve(area: &Area) -> Result<(), StoreError> {
    let mut book = 0;
    for key in area.keys()? {
        book += area.room(&key)?;
    }
    let reserve = (book / 8).clamp(LEAST_RESERVE, LARGEST_RESERVE);
    if area.room(RESERVE)? < reserve / 2 {
        area.set(RESERVE, &spaces(reserve))?;
    }
    Ok(())
}

fn spaces(count: i64) -> String {
    " ".repeat(usize::try_from(count).unwrap_or(0))
}

/// Takes the steps of a commit and ends it as `last`. What makes room comes first.
fn apply(area: &Area, commit: &str, last: &str, steps: &[Step]) -> Result<(), StoreError> {
    for makes_room in [true, false] {
        for step in steps {
            if (grows_by(area, step)? <= 0) == makes_room {
                match &step.text {
                    Some(text) => area.set(&step.key, text)?,
                    None => area.remove(&step.key)?,
                }
            }
        }
    }
    area.set(commit, last)
}

/// Room that a step takes, in UTF-16 code units; below 0 if it makes some.
fn grows_by(area: &Area, step: &Step) -> Result<i64, StoreError> {
    let after = step.text.as_ref().map_or(0, |text| area.room_for(&step.key, text));
    Ok(after - area.room(&step.key)?)
}
