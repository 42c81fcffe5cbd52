//! Whether the labels of a definition speak the same languages.

use super::model::Reason;
use super::raw::Parts;
use super::read::{Issues, Path};
use crate::error::{Param, Params};
use crate::label::Localized;
use std::collections::BTreeSet;

/// Warns of labels that lack a language which other labels have.
pub(super) fn check(parts: &Parts, issues: &Issues) {
    let mut all = BTreeSet::new();
    each_label(parts, |_, texts| all.extend(languages(texts).map(str::to_owned)));
    each_label(parts, |path, label| {
        let has: BTreeSet<&str> = languages(label).collect();
        let missing = all.iter().map(String::as_str).filter(|language| !has.contains(language));
        let missing: Vec<Param> = missing.map(Param::from).collect();
        if !has.is_empty() && !missing.is_empty() {
            let params = Params::from([("languages", Param::List(missing))]);
            issues.warning(path, "translation-missing", params);
        }
    });
}

fn languages(label: &Localized) -> impl Iterator<Item = &str> {
    let texts = match label {
        Localized::Plain(_) => None,
        Localized::ByLanguage(texts) => Some(texts),
    };
    texts.into_iter().flat_map(|texts| texts.keys().map(String::as_str))
}

fn each_label(parts: &Parts, mut visit: impl FnMut(Path<'_>, &Localized)) {
    let root = Path::Root;
    visit(root.key("label"), &parts.label);
    for (place, stage) in parts.stages.iter().enumerate() {
        visit(root.key("stages").at(place).key("label"), &stage.label);
    }
    for (place, transition) in parts.transitions.iter().enumerate() {
        let (list, reason) = (root.key("transitions"), "requires.reason");
        let path = list.at(place);
        visit(path.key("label"), &transition.label);
        transition.message.iter().for_each(|message| visit(path.key("message"), message));
        if let Reason::OneOf(choices) = &transition.requires.reason {
            for (place, choice) in choices.iter().enumerate() {
                visit(path.key(reason).at(place).key("label"), &choice.label);
            }
        }
    }
    for (place, kind) in parts.types.iter().enumerate() {
        visit(root.key("activityTypes").at(place).key("label"), &kind.label);
    }
}
