//! Calls by name: one way in for all that a book can be asked, so that the component has one
//! promise, one reader of arguments and one way of failing. Which calls there are, each concept's
//! own file says.

use super::book::Book;
use super::convert::{malformed, read};
use super::{activities, audit, contacts, workflow};
use crate::command::{Command, CommandOptions};
use crate::engine::Written;
use crate::error::{Error, Missing};
use crate::ids::ContactId;
use crate::json::{self, FromJson, Value};

/// What a call gives: JSON text, or nothing.
pub(super) type Answer = Option<String>;

/// The arguments of a call.
pub(super) struct Args<'a>(pub(super) &'a [Value<'static>]);

impl Args<'_> {
    /// The argument at `place`; an absent one is null.
    pub(super) fn value(&self, place: usize) -> &Value<'static> {
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

/// A command, where its options stand, and how what it wrote is shown.
pub(super) struct Order {
    pub(super) command: Command,
    pub(super) options: usize,
    pub(super) show: fn(&Book, &Written) -> Answer,
}

impl Book {
    /// Answers a call.
    pub(super) async fn dispatch(
        &self,
        name: &str,
        args: &[Value<'static>],
    ) -> Result<Answer, Error> {
        let args = Args(args);
        if let Some(order) = self.order(name, &args)? {
            let options: CommandOptions = args.read(order.options)?;
            let written = self.engine().run(&self.actor, order.command, options).await?;
            return Ok((order.show)(self, &written));
        }
        self.query(name, &args).await
    }

    /// The command of that name, if it is one.
    fn order(&self, name: &str, args: &Args<'_>) -> Result<Option<Order>, Error> {
        let found = match name.split_once('.') {
            Some(("contacts", name)) => contacts::order(self, name, args)?,
            Some(("workflow", name)) => workflow::order(name, args)?,
            Some(("activities", name)) => activities::order(name, args)?,
            _ => None,
        };
        Ok(found)
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
            "diagnostics" => Some(audit::diagnostics(self).await),
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
    pub(super) fn at_once(&self, name: &str, args: &[Value<'static>]) -> Result<String, Error> {
        let args = Args(args);
        match name {
            "info" => Ok(self.info()),
            "text" => self.text(args.value(0)),
            "workflow.definitions" => Ok(workflow::definitions(self)),
            "activities.draft" => activities::draft(self, &args),
            "activities.validate" => activities::validate(self, &args),
            _ => Err(unknown(name)),
        }
    }
}

fn unknown(name: &str) -> Error {
    Error::NotFound(Missing::Call(name.to_owned()))
}
