//! The wording of everything that is data elsewhere: issues, blockers, errors, history rows. One
//! JSON file a language, flat; its keys are public, so that a host can word any of them, or bring
//! another language. Nothing here decides anything.
//!
//! A key is the kind of message and its code: `issue.required`, `blocker.activity-missing`,
//! `definition.stage-unknown`, `error.not-found.contact`, `summary.workflow.transitioned`,
//! `field.pending.due`. In a template `{name}` stands for a parameter, and `[…]` is left out where
//! a parameter in it is absent. Where the first number of a template is 1, the text at the key
//! with `.one` is taken, if there is one.

mod template;

use crate::error::{
    BatchFault, Blocker, Clash, DefinitionIssue, Fault, Issue, Missing, Param, Params, Severity,
    StoreError,
};
use crate::label::Localized;
use crate::map::Map;
use crate::time::Day;

/// Messages by language tag, then by key, as a host gives them.
pub type HostMessages = Map<String, Map<String, String>>;

const ENGLISH: &str = include_str!("en.json");
const ITALIAN: &str = include_str!("it.json");

/// Characters that a text of a history row is cut to.
const SUMMARY_CHARS: usize = 120;
/// Problems that one error's sentence tells.
const PROBLEMS: usize = 5;

/// Parameters whose text is a key of its own, with what that key begins with.
const WORDS: [(&str, &str); 7] = [
    ("field", "field."),
    ("fields", "field."),
    ("expected", "kind."),
    ("permission", "permission."),
    ("status", "status."),
    ("what", "what."),
    ("why", "why."),
];

/// Parameters of a history row's line that are not in its data as they are read.
const REWORDED: [&str; 6] = ["due", "entries", "fields", "until", "what", "workflow"];

/// The messages of one locale.
///
/// ```
/// use stagebook::{params, text::Messages};
/// let italian = Messages::new("it-CH", &Default::default());
/// let params = params! { "by" => "Anna", "from" => "Inizio", "to" => "Qualifica" };
/// assert_eq!(
///     italian.summary("workflow.transitioned", &params),
///     "Anna ha spostato il contatto da Inizio a Qualifica",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Messages {
    locale: String,
    /// From the first that has a key the text is taken.
    layers: Vec<Map<String, String>>,
}

impl Messages {
    /// The messages for `locale`: the host's for the tag, then for its language, then the built-in
    /// ones of the language, then English, the host's first.
    pub fn new(locale: &str, host: &HostMessages) -> Self {
        let language = locale.split('-').next().unwrap_or(locale);
        let hosts = |tag: &str| host.get(tag).cloned().unwrap_or_default();
        let mut layers = vec![hosts(locale), hosts(language)];
        if language.eq_ignore_ascii_case("it") {
            layers.push(built_in(ITALIAN));
        }
        layers.extend([hosts("en"), built_in(ENGLISH)]);
        layers.retain(|layer| !layer.is_empty());
        Self { locale: locale.to_owned(), layers }
    }

    /// The locale, as it was given.
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// The text at `key`, filled with `params`; the key itself where there is none.
    pub fn text(&self, key: &str, params: &Params) -> String {
        self.filled(key, params, None)
    }

    /// The same; without a parameter `field` that is the name of the field at `path`.
    fn filled(&self, key: &str, params: &Params, path: Option<&str>) -> String {
        let Some(mut template) = self.find(key) else {
            return key.to_owned();
        };
        if first_number(template, params) == Some(1) {
            template = self.find(&format!("{key}.one")).unwrap_or(template);
        }
        template::render(template, |name| match params.get(name) {
            Some(param) => Some(self.shown(name, param)),
            None if name == "field" => path.map(|path| self.word(name, &self.field(path))),
            None => None,
        })
    }

    /// The line of a history row of `kind`. Long texts are cut.
    pub fn summary(&self, kind: &str, params: &Params) -> String {
        let mut params = params.clone();
        for text in params.values_mut() {
            if let Param::Text(text) = text {
                *text = shorten(text);
            }
        }
        let key = format!("summary.{kind}");
        if self.find(&key).is_some() {
            return self.text(&key, &params);
        }
        params.insert("kind", Param::from(kind));
        self.text("summary.unknown", &params)
    }

    /// Kinds of rows whose lines contain `text`, in lower case, only where their data do, too.
    pub fn silent(&self, text: &str, lower: &dyn Fn(&str) -> String) -> Vec<String> {
        let adds = |template: &str| {
            text.contains('…')
                || template::names(template).any(|name| REWORDED.contains(&name))
                || template::touches(&lower(template), text)
        };
        let keys = self.layers.iter().flat_map(Map::keys);
        let kinds = keys.filter_map(|key| Some((key, key.strip_prefix("summary.")?)));
        let silent = kinds.filter(|(key, _)| self.find(key).is_some_and(|text| !adds(text)));
        silent.map(|(_, kind)| kind.to_owned()).collect()
    }

    /// What is wrong with a field.
    pub fn issue(&self, issue: &Issue) -> String {
        let key = ["issue.", issue.code.code()].concat();
        self.filled(&key, &issue.params, Some(&issue.path))
    }

    /// Why a move is not allowed.
    pub fn blocker(&self, blocker: &Blocker) -> String {
        self.text(&format!("blocker.{}", blocker.code.code()), &blocker.params)
    }

    /// What is wrong with a definition, without the place.
    pub fn definition_issue(&self, issue: &DefinitionIssue) -> String {
        self.text(&format!("definition.{}", issue.code), &issue.params)
    }

    /// The name of the field at `path`: of `activities.0.pending.due` that of `pending.due`.
    pub fn field(&self, path: &str) -> String {
        let mut rest = path;
        loop {
            if let Some(own) = rest.strip_prefix("fields.") {
                return own.to_owned();
            }
            let named = [format!("field.{rest}"), format!("field.*.{rest}")];
            if let Some(name) = named.iter().find_map(|key| self.find(key)) {
                return name.to_owned();
            }
            match rest.split_once('.') {
                Some((_, after)) => rest = after,
                None => return rest.to_owned(),
            }
        }
    }

    /// What went wrong, in a sentence or a few.
    pub fn error(&self, error: &Fault) -> String {
        let (key, params) = match error {
            Fault::Definition(issues) => ("definition", self.definition_problems(issues)),
            Fault::Invalid(issues) => {
                let errors = issues.iter().filter(|issue| issue.is_error());
                return self.several(errors.map(|issue| self.issue(issue)));
            }
            Fault::Refused { blockers, issues } => {
                let blockers = blockers.iter().map(|blocker| self.blocker(blocker));
                let errors = issues.iter().filter(|issue| issue.is_error());
                return self.several(blockers.chain(errors.map(|issue| self.issue(issue))));
            }
            Fault::NotFound(missing) => not_found(missing),
            Fault::Forbidden { permission, roles } => {
                let roles: Param = roles.iter().map(String::as_str).collect();
                ("forbidden", params! { "permission" => *permission, "roles" => roles })
            }
            Fault::Conflict(clash) => conflict(clash),
            Fault::Batch(fault) => batch(fault),
            Fault::Store(error) => store(error),
            Fault::Malformed(detail) => ("malformed", params! { "detail" => detail.as_str() }),
            Fault::Closed => ("closed", Params::new()),
            Fault::Aborted => ("aborted", Params::new()),
            Fault::Internal(detail) => ("internal", params! { "detail" => detail.as_str() }),
        };
        self.text(&format!("error.{key}"), &params)
    }

    /// A day as it is written.
    pub fn day(&self, day: Day) -> String {
        let text = day.to_string();
        let names = self.find("months").unwrap_or_default();
        let month = text[5..7].parse::<usize>().unwrap_or_default().saturating_sub(1);
        let month = names.split(' ').nth(month).unwrap_or_default();
        let day = text[8..].trim_start_matches('0');
        self.text("date", &params! { "day" => day, "month" => month, "year" => &text[..4] })
    }

    /// What did not fit together, in a sentence.
    pub fn conflict(&self, kind: &str) -> String {
        self.text(&format!("conflict.{kind}"), &Params::new())
    }

    fn definition_problems(&self, issues: &[DefinitionIssue]) -> Params {
        let errors = issues.iter().filter(|issue| issue.severity == Severity::Error);
        let located = |issue: &DefinitionIssue| {
            let place = if issue.path.is_empty() { "" } else { ": " };
            format!("{}{place}{}", issue.path, self.definition_issue(issue))
        };
        params! { "problems" => self.several(errors.map(located)) }
    }

    /// The first of `sentences`, and how many more there are.
    fn several(&self, sentences: impl Iterator<Item = String>) -> String {
        let mut all: Vec<String> = sentences.collect();
        if let Some(more) = all.len().checked_sub(PROBLEMS).filter(|&more| more > 0) {
            all.truncate(PROBLEMS);
            all.push(self.text("error.more", &params! { "count" => more }));
        }
        all.join(" ")
    }

    fn find(&self, key: &str) -> Option<&str> {
        self.layers.iter().find_map(|layer| layer.get(key)).map(String::as_str)
    }

    /// The parameter `name` as it is read; empty if there is nothing to read.
    fn shown(&self, name: &str, value: &Param) -> String {
        match value {
            Param::Text(text) => self.word(name, text),
            Param::Number(number) => number.to_string(),
            Param::Label(label) => self.label(label).to_owned(),
            Param::List(items) => {
                let shown = items.iter().map(|item| self.shown(name, item));
                shown.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn word(&self, name: &str, text: &str) -> String {
        let prefix = WORDS.iter().find(|(parameter, _)| *parameter == name);
        let word = prefix.and_then(|(_, prefix)| self.find(&format!("{prefix}{text}")));
        word.unwrap_or(text).to_owned()
    }

    /// A label in this locale.
    pub fn label<'a>(&self, label: &'a Localized) -> &'a str {
        label.text(&self.locale)
    }
}

fn built_in(json: &str) -> Map<String, String> {
    crate::json::read(json).unwrap_or_default()
}

/// The number that decides between one and several.
fn first_number(template: &str, params: &Params) -> Option<i64> {
    template::names(template).find_map(|name| match params.get(name) {
        Some(Param::Number(number)) => Some(*number),
        _ => None,
    })
}

/// One line of `text`, cut at [`SUMMARY_CHARS`].
fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SUMMARY_CHARS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

fn not_found(missing: &Missing) -> (&'static str, Params) {
    let (key, id) = match missing {
        Missing::Contact(id) => ("not-found.contact", id.as_str()),
        Missing::Stage(id) => ("not-found.stage", id.as_str()),
        Missing::Transition(id) => ("not-found.transition", id.as_str()),
        Missing::Definition(id) => ("not-found.definition", id.as_str()),
        Missing::Pending(id) => ("not-found.pending", id.as_str()),
        Missing::Item(id) => ("not-found.item", id.as_str()),
        Missing::Task(id) => ("not-found.task", id.as_str()),
        Missing::Entry(id) => ("not-found.entry", id.as_str()),
        Missing::Call(name) => ("not-found.call", name.as_str()),
    };
    (key, params! { "id" => id })
}

fn conflict(clash: &Clash) -> (&'static str, Params) {
    match clash {
        Clash::ContactExists(id) => ("conflict.contact-exists", params! { "id" => id.as_str() }),
        Clash::Version { expected, actual } => {
            let versions = params! {
                "expected" => expected.to_string(), "actual" => actual.to_string(),
            };
            ("conflict.version", versions)
        }
        Clash::CommandReused(id) => ("conflict.command-reused", params! { "id" => id.as_str() }),
        Clash::PendingStatus { status, .. } => {
            ("conflict.pending-status", params! { "status" => *status })
        }
        Clash::ItemSettled(id) => ("conflict.item-settled", params! { "id" => id.as_str() }),
        Clash::AlreadyStarted(id) => ("conflict.already-started", params! { "id" => id.as_str() }),
        Clash::CannotRevert(why) => ("conflict.cannot-revert", params! { "why" => *why }),
        Clash::Unsynced(entries) => {
            ("conflict.unsynced", params! { "entries" => *entries as usize })
        }
        Clash::Secret => ("conflict.secret", Params::new()),
        Clash::Busy => ("conflict.busy", Params::new()),
    }
}

fn batch(fault: &BatchFault) -> (&'static str, Params) {
    match fault {
        BatchFault::Book => ("batch.book", params! {}),
        BatchFault::Shape => ("batch.shape", params! {}),
        BatchFault::Line { seq, reason } => {
            ("batch.line", params! { "seq" => seq.to_string(), "reason" => *reason })
        }
        BatchFault::Gap { expected } => {
            ("batch.gap", params! { "expected" => expected.to_string() })
        }
        BatchFault::Checkpoint => ("batch.checkpoint", params! {}),
        BatchFault::Fork => ("batch.fork", params! {}),
    }
}

fn store(error: &StoreError) -> (&'static str, Params) {
    match error {
        StoreError::Quota => ("quota", Params::new()),
        StoreError::BlockedUpgrade => ("blocked-upgrade", Params::new()),
        StoreError::TooNew => ("too-new", Params::new()),
        StoreError::Corrupt(detail) => ("corrupt", params! { "detail" => detail.as_str() }),
        StoreError::Closed => ("storage-closed", Params::new()),
        StoreError::Unavailable(detail) => {
            ("storage-unavailable", params! { "detail" => detail.as_str() })
        }
        StoreError::Failed(detail) => ("storage", params! { "detail" => detail.as_str() }),
    }
}

#[cfg(test)]
mod tests;
