//! Commands: decided one after the other, committed together. Whoever holds the writer's lock
//! takes all that waits, so commands that come while a commit is under way share the next one.
//! What one means, and what is stored for it, is for others to say; here is only whose turn it is.

use super::head::Answer;
use super::loaded::Loaded;
use super::outbox::item_of;
use super::work::Work;
use super::{ATTEMPTS, Engine};
use crate::command::{Actor, Command, CommandOptions};
use crate::error::{Clash, Error, Fault, Issue, Missing};
use crate::event::Entry;
use crate::ids::{ContactName, ItemId};
use crate::map::Hashed;
use crate::project::Row;
use crate::store::{Outcome, Store};
use futures_util::future::poll_fn;
use std::cell::RefCell;
use std::rc::Rc;
use std::task::Poll;

/// An entry that a command wrote, with its row.
pub type WrittenEntry = (Rc<Row>, Rc<Entry>);

/// What a command wrote.
#[derive(Clone, Debug)]
pub struct Written {
    /// The contact as it now is.
    pub contact: Rc<Loaded>,
    /// The entries, with their rows.
    pub entries: Vec<WrittenEntry>,
    /// Warnings.
    pub issues: Vec<Issue>,
}

impl Written {
    /// The item in the outbox that it is about.
    pub fn item(&self) -> Option<&ItemId> {
        self.entries.iter().find_map(|(_, entry)| item_of(&entry.fact.event))
    }

    /// The same with the contact as `work` has it in the end.
    fn renew(&mut self, work: &Work) {
        let Some(contact) = work.contact(&self.contact.state.name) else { return };
        for (row, _) in &mut self.entries {
            let now = contact.rows.iter().find(|now| now.order == row.order);
            *row = now.unwrap_or(row).clone();
        }
        self.contact = contact.clone();
    }
}

type Reply = Rc<RefCell<Option<Result<Written, Error>>>>;

/// A command that waits for the writer.
#[derive(Clone)]
pub(super) struct Queued {
    pub actor: Actor,
    pub command: Command,
    pub options: CommandOptions,
    reply: Reply,
}

/// Commands in one commit.
const TOGETHER: usize = 500;

impl<S: Store> Engine<S> {
    /// Runs a command; what it wrote is durable when this resolves.
    ///
    /// # Errors
    /// All that is wrong with it, or what the store says. Nothing of it was written then.
    pub async fn run(
        &self,
        actor: &Actor,
        command: Command,
        options: CommandOptions,
    ) -> Result<Written, Error> {
        self.open_or_refuse()?;
        let reply = Reply::default();
        let queued = Queued { actor: actor.clone(), command, options, reply: reply.clone() };
        self.queue.borrow_mut().push(queued);
        let turn = self.turn().await?;
        if reply.borrow().is_none() {
            // Commands given in the same turn of the event loop are on their way to the queue.
            give_way().await;
            self.write_all().await;
        }
        drop(turn);
        let answer = reply.borrow_mut().take();
        match answer {
            Some(Err(error)) => match *error {
                // A contact's state knows what waits, not what was settled.
                Fault::NotFound(Missing::Item(id)) => Err(self.not_waiting(id).await),
                _ => Err(error),
            },
            Some(answer) => answer,
            None => Err(Fault::Internal("a command was left unanswered".to_owned()).into()),
        }
    }

    /// Writes everything that waits.
    async fn write_all(&self) {
        loop {
            let batch = self.take_batch();
            if batch.is_empty() {
                return;
            }
            if let Err(error) = self.write(&batch).await {
                for queued in &batch {
                    queued.reply.borrow_mut().get_or_insert(Err(error.clone()));
                }
            }
        }
    }

    /// The commands of the next commit. An erasure has one of its own.
    fn take_batch(&self) -> Vec<Queued> {
        let mut queue = self.queue.borrow_mut();
        let alone = |queued: &Queued| matches!(queued.command, Command::Erase { .. });
        let end = match queue.iter().position(alone) {
            Some(0) => 1,
            Some(place) => place.min(TOGETHER),
            None => queue.len().min(TOGETHER),
        };
        queue.drain(..end).collect()
    }

    async fn write(&self, batch: &[Queued]) -> Result<(), Error> {
        for _ in 0..ATTEMPTS {
            self.open_or_refuse()?;
            let Some((mut work, mut answers)) = self.prepare(batch).await? else {
                self.follow().await?;
                continue;
            };
            if work.lines.is_empty() {
                // No commit tells whether a refusal rests on what another writer has changed.
                self.follow().await?;
                if self.shared.borrow().known.next() != work.number {
                    continue;
                }
                settle(batch, answers);
                return Ok(());
            }
            let erased = match batch {
                [Queued { command: Command::Erase { .. }, .. }] => {
                    work.contacts.keys().next().and_then(ContactName::parse)
                }
                _ => None,
            };
            let tail = self.shared.borrow().tail_entries() + work.lines.len();
            let long = tail > self.store.longest_tail();
            let late = !work.late.is_empty();
            if late {
                self.put_in_place(&mut work).await?;
                answers.iter_mut().flatten().for_each(|written| written.renew(&work));
            }
            let outcome = if erased.is_some() || long || late {
                work.erased.extend(erased);
                self.commit_compacted(&mut work).await?
            } else {
                self.commit_tail(&mut work).await?
            };
            if outcome == Outcome::Done {
                settle(batch, answers);
                return Ok(());
            }
            self.follow().await?;
        }
        Err(Clash::Busy.into())
    }

    /// Decides and seals a batch. None if the database moved on meanwhile.
    #[allow(clippy::type_complexity)]
    async fn prepare(
        &self,
        batch: &[Queued],
    ) -> Result<Option<(Work, Vec<Result<Written, Error>>)>, Error> {
        let start = self.shared.borrow().known;
        let mut contacts = Hashed::default();
        for queued in batch {
            if let Ok(name) = self.subject(&queued.command)
                && !contacts.contains_key(name.as_str())
            {
                contacts.insert(name.as_str(), self.load(&name).await?);
            }
        }
        let mut known = Vec::with_capacity(batch.len());
        for queued in batch {
            known.push(self.answered(queued).await?);
        }
        if self.shared.borrow().known != start {
            return Ok(None);
        }
        let mut work = self.begin_work(contacts);
        let mut answers = Vec::with_capacity(batch.len());
        for (queued, known) in batch.iter().zip(known) {
            answers.push(match known {
                Some(answer) => Err(Replay(answer)),
                None => self.decide_one(queued, &mut work).map_err(Failed),
            });
        }
        let mut settled = Vec::with_capacity(answers.len());
        for (answer, queued) in answers.into_iter().zip(batch) {
            settled.push(match answer {
                Ok(written) => Ok(written),
                Err(Failed(error)) => Err(error),
                Err(Replay(answer)) => self.replay(queued, &answer).await,
            });
        }
        Ok(Some((work, settled)))
    }
}

/// Why a command of a batch has nothing to write.
enum Unwritten {
    Failed(Error),
    Replay(Answer),
}
use Unwritten::{Failed, Replay};

fn settle(batch: &[Queued], answers: Vec<Result<Written, Error>>) {
    for (queued, answer) in batch.iter().zip(answers) {
        *queued.reply.borrow_mut() = Some(answer);
    }
}

/// Lets whatever else is ready run first.
async fn give_way() {
    let mut gave = false;
    poll_fn(|context| {
        if std::mem::replace(&mut gave, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
