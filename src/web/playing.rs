//! A contact to try things on, across the boundary: what is done most goes by number, the rest as JSON.

use super::convert::{failure, messages, read, value};
use super::workflow::{SimulateOptions, defined};
use crate::engine::Trial;
use crate::error::{Error, Fault};
use crate::text::HostMessages;
use wasm_bindgen::prelude::*;

/// A contact that is tried out.
#[wasm_bindgen(js_name = Trial)]
pub struct Played {
    trial: Trial,
    locale: Option<String>,
    /// What kept the last save from happening.
    refused: Option<Error>,
}

/// Opens a trial: JSON of a definition and of options in.
///
/// # Errors
/// A definition that can't be used, or that does not start.
#[wasm_bindgen(js_name = openTrial)]
pub fn open_trial(definition: &str, options: &str) -> Result<Played, JsValue> {
    let run = || {
        let options: SimulateOptions = read(&value(options)?)?;
        let (actor, start) = (options.actor(), options.start.unwrap_or_default());
        let trial = Trial::open(defined(definition)?, actor, start)?;
        Ok(Played { trial, locale: options.locale, refused: None })
    };
    run().map_err(|error: Error| failure(&error, &messages(None, &HostMessages::default())))
}

#[wasm_bindgen(js_class = Trial)]
impl Played {
    /// Another contact that stands as this one does.
    pub fn fork(&self) -> Self {
        Self { trial: self.trial.clone(), locale: self.locale.clone(), refused: None }
    }

    /// Takes the transition of that place in the definition, or logs the type of that place after
    /// them. Gives the place of the stage, as often as 2, and 1 more if it happened.
    pub fn step(&mut self, number: usize) -> usize {
        let done = self.trial.step(number);
        self.told(done)
    }

    /// Why [`Self::step`] would not do it, or for a number of nothing why the last save did not happen:
    /// JSON of an error.
    pub fn refusal(&self, number: usize) -> Option<JsValue> {
        let error = self.trial.refusal(number);
        error.as_ref().or(self.refused.as_ref()).map(|error| self.fail(error))
    }

    /// Saves JSON of the contract's `ContactChanges`, and tells as [`Self::step`].
    ///
    /// # Errors
    /// JSON of the contract's `StagebookError`.
    pub fn save(&mut self, changes: &str) -> Result<usize, JsValue> {
        let saved = value(changes).and_then(|changes| self.trial.save(read(&changes)?));
        self.refused = saved.err();
        match self.refused.as_deref() {
            None | Some(Fault::Refused { .. } | Fault::Invalid(_)) => {
                Ok(self.told(self.refused.is_none()))
            }
            Some(error) => Err(self.fail(error)),
        }
    }

    /// Whether the contact can make the move of that request, JSON of the contract's; without one, that
    /// of the transition of that place in the definition.
    ///
    /// # Errors
    /// JSON of the contract's `StagebookError`.
    pub fn can(&self, number: usize, request: Option<String>) -> Result<bool, JsValue> {
        let allowed = match &request {
            Some(request) => value(request).and_then(|one| self.trial.allows(&read(&one)?)),
            None => self.trial.request(number).map_or(Ok(false), |one| self.trial.allows(one)),
        };
        allowed.map_err(|error| self.fail(&error))
    }

    /// Lets milliseconds pass.
    #[allow(clippy::cast_possible_truncation)]
    pub fn wait(&mut self, millis: f64) {
        self.trial.wait(millis as i64);
    }

    fn told(&self, done: bool) -> usize {
        self.trial.stage().unwrap_or_default() * 2 + usize::from(done)
    }

    fn fail(&self, error: &Fault) -> JsValue {
        failure(error, &messages(self.locale.as_deref(), &HostMessages::default()))
    }
}
