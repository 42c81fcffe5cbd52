//! Calls by name: one way in for all that a book can be asked, so that the component has one
//! promise, one reader of arguments and one way of failing. Which calls there are, each concept's
//! own file says.

use super::book::Book;
use super::convert::{malformed, read, value};
use super::{activities, audit, contacts, sync, workflow};
use crate::command::{Command, CommandOptions};
use crate::engine::{Plan, Written, view};
use crate::error::{Error, Fault, Missing};
use crate::ids::{ContactId, ItemId, PendingId, TaskId};
use crate::json::{self, FromJson, Value};

/// What a call gives: JSON text, or nothing.
pub(super) type Answer = Option<String>;

/// The arguments of a call.
pub(super) struct Args<'a>(Vec<Value<'a>>);

impl<'a> Args<'a> {
    fn of(text: &'a str) -> Result<Self, Error> {
        match value(text)? {
            Value::List(args) => Ok(Self(args)),
            _ => Err(Fault::Malformed("no list of arguments".to_owned()).into()),
        }
    }

    /// The argument at `place`; an absent one is null.
    pub(super) fn value(&self, place: usize) -> &Value<'a> {
        self.0.get(place).unwrap_or(&Value::Null)
    }

    /// The argument at `place`; an absent one is the default.
    pub(super) fn read<T: FromJson + Default>(&self, place: usize) -> Result<T, Error> {
        read(self.value(place))
    }

    /// The id at `place`.
    pub(super) fn text(&self, place: usize) -> Result<String, Error> {
        json::from_value(self.value(place)).map_err(malformed)
    }

    /// The contact at `place`.
    pub(super) fn contact(&self, place: usize) -> Result<ContactId, Error> {
        self.text(place).map(ContactId::new)
    }
}

/// A command, where its options stand, and what of what it wrote is shown.
pub(super) struct Order {
    pub(super) command: Command,
    pub(super) options: usize,
    pub(super) show: Show,
}

/// What a command answers with.
pub(super) enum Show {
    /// Nothing.
    Nothing,
    /// The contract's `SaveResult`.
    Saved,
    /// The contact.
    Contact,
    /// The history entry.
    Entry,
    /// The stage change.
    Record,
    /// The pending activity.
    Pending(PendingId),
    /// Its task.
    Task(PendingId),
    /// The item in the outbox.
    Item,
}

impl Book {
    /// Answers a call: with JSON, but for a calendar and the pieces of an export, which are texts.
    pub(super) async fn dispatch(&self, name: &str, args: &str) -> Result<Answer, Error> {
        let args = Args::of(args)?;
        if let Some(order) = self.order(name, &args).await? {
            let options: CommandOptions = args.read(order.options)?;
            let written = self.engine().run(&self.actor, order.command, options).await?;
            return self.show(&order.show, &written).await;
        }
        self.query(name, &args).await
    }

    /// The command of that name, if it is one.
    async fn order(&self, name: &str, args: &Args<'_>) -> Result<Option<Order>, Error> {
        Ok(match name.split_once('.') {
            Some(("contacts", name)) => contacts::order(self, name, args)?,
            Some(("workflow", name)) => workflow::order(name, args)?,
            Some(("activities", name)) => activities::order(name, args)?,
            Some(("tasks", name)) if name != "list" => {
                let pending = self.engine().task(&TaskId::new(args.text(0)?)).await?;
                activities::task_order(name, pending, args)?
            }
            Some(("outbox", "settle")) => {
                let (item, result) = (args.text(0)?, args.read(1)?);
                Some(Order {
                    command: Command::Settle { item, result },
                    options: 2,
                    show: Show::Item,
                })
            }
            _ => None,
        })
    }

    async fn show(&self, show: &Show, written: &Written) -> Result<Answer, Error> {
        let engine = self.engine();
        if let Show::Item = show {
            let id = written.item().ok_or_else(|| unknown("item"))?;
            return Ok(Some(json::text(&engine.outbox_item(id).await?)));
        }
        let contact = &written.contact.state;
        Ok(engine.view(|viewer| match show {
            Show::Nothing | Show::Item => None,
            Show::Saved => Some(engine.ask(&self.actor, |context| viewer.saved(written, context))),
            Show::Contact => viewer.contact(&written.contact),
            Show::Entry => viewer.entered(written),
            Show::Record => viewer.transitioned(written),
            Show::Pending(id) => viewer.pending(contact, id),
            Show::Task(id) => viewer.task(contact, id),
        }))
    }

    async fn query(&self, name: &str, args: &Args<'_>) -> Result<Answer, Error> {
        let engine = self.engine();
        Ok(match name {
            "contacts.get" => {
                let loaded = engine.contact(&args.contact(0)?).await?;
                engine.view(|viewer| viewer.contact(&loaded))
            }
            "contacts.list" => {
                let page = engine.contacts(&args.read(0)?).await?;
                Some(engine.view(|viewer| viewer.contacts(&page)))
            }
            "workflow.options" => {
                let loaded = engine.existing(&args.contact(0)?).await?;
                Some(workflow::options(self, &loaded, &args.read(1)?))
            }
            "workflow.log" => {
                let (contact, page) = engine.log(&args.contact(0)?, &args.read(1)?).await?;
                Some(engine.view(|viewer| viewer.log(&contact, &page))?)
            }
            "workflow.path" => {
                let loaded = engine.existing(&args.contact(0)?).await?;
                workflow::path(self, &loaded, &args.text(1)?)?
            }
            "workflow.migrate" => {
                let (plan, dry_run): (Plan, Option<bool>) = (args.read(0)?, args.read(1)?);
                let cursor: Option<String> = args.read(2)?;
                let dry_run = dry_run.unwrap_or_default();
                let page = engine.migrate(&self.actor, &plan, dry_run, cursor.as_deref());
                Some(json::text(&page.await?))
            }
            "workflow.insights" => Some(view::insights(&engine.insights(&args.read(0)?).await?)),
            "activities.types" => {
                let loaded = engine.existing(&args.contact(0)?).await?;
                Some(activities::types(self, &loaded))
            }
            "activities.list" => {
                let (contact, page) = engine.activities(&args.contact(0)?, &args.read(1)?).await?;
                Some(engine.view(|viewer| viewer.activities(&contact, &page))?)
            }
            "history" => {
                let (contact, page) = engine.history(&args.contact(0)?, &args.read(1)?).await?;
                Some(engine.view(|viewer| viewer.history(&contact, &page))?)
            }
            "historyAll" => {
                let page = engine.history_all(&args.read(0)?).await?;
                Some(engine.view(|viewer| viewer.history_all(&page))?)
            }
            "tasks.list" => {
                let page = engine.tasks(&args.read(0)?).await?;
                Some(engine.view(|viewer| viewer.tasks(&page)))
            }
            "activities.reminders" => {
                let found = engine.reminders(&args.read(0)?).await?;
                Some(engine.view(|viewer| viewer.reminders(&found)))
            }
            "activities.calendar" => Some(engine.calendar(&args.read(0)?).await?),
            "audit.export" => {
                let (query, scope) = (args.read(1)?, args.read(1)?);
                let piece = engine.export(args.read(0)?, query, &scope, args.read(2)?);
                Some(audit::piece(piece.await?))
            }
            "activities.nextReminderAt" => {
                let next = engine.next_reminder(&args.read(0)?).await?;
                next.map(|next| json::text(&next))
            }
            "outbox.list" => Some(view::items(&engine.outbox(&args.read(0)?).await?)),
            "outbox.due" => {
                let only: Option<ItemId> = args.read(0)?;
                Some(json::text(&engine.deliverable(only.as_ref()).await?))
            }
            name if name.starts_with("sync.") => {
                sync::query(self, &name["sync.".len()..], args).await?
            }
            "audit.checkpoint" => Some(json::text(&engine.checkpoint().await?)),
            "audit.proveInclusion" => {
                Some(audit::included(self, engine.prove_inclusion(&args.text(0)?).await?))
            }
            "audit.proveConsistency" => {
                Some(json::text(&engine.prove_consistency(args.value(0)).await?))
            }
            "lease" => {
                let lease = engine.lease(&args.text(0)?, args.read(1)?).await?;
                Some(json::text(&lease))
            }
            "diagnostics" => Some(audit::diagnostics(self).await?),
            "refresh" => {
                engine.refresh().await?;
                None
            }
            "close" => {
                self.close().await;
                None
            }
            _ => return Err(unknown(name)),
        })
    }

    /// Answers a call that needs no store.
    pub(super) fn at_once(&self, name: &str, args: &str) -> Result<Answer, Error> {
        let args = Args::of(args)?;
        Ok(match name {
            "info" => Some(self.info()),
            "text" => Some(self.text(args.value(0))?),
            "configure" => Some(self.configure(args.value(0))?),
            "sync.status" => Some(json::text(&self.engine().standing_with_server())),
            "audit.note" => Some(json::text(&audit::note(&args)?)),
            "workflow.definitions" => Some(workflow::definitions(self)),
            "workflow.diagram" => Some(workflow::diagram(self, &args)?),
            "activities.draft" => Some(activities::draft(self, &args)?),
            "activities.validate" => activities::validate(self, &args)?,
            _ => return Err(unknown(name)),
        })
    }
}

pub(super) fn unknown(name: &str) -> Error {
    Missing::Call(name.to_owned()).into()
}
