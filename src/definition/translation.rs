//! Whether the labels of a definition speak the same languages.

use super::model::{Choice, Reason};
use super::raw::Parts;
use super::read::{Issues, Path};
use crate::error::Param;
use crate::label::Localized;

/// Warns of labels that lack a language which other labels have.
pub(super) fn check(parts: &Parts, issues: &Issues) {
    let mut all: Vec<String> = Vec::new();
    each_label(parts, &mut |_, label| {
        for language in languages(label) {
            if !all.contains(language) {
                all.push(language.clone());
            }
        }
    });
    each_label(parts, &mut |path, label| {
        let has = |language: &String| languages(label).any(|one| one == language);
        let missing: Vec<&str> =
            all.iter().filter(|language| !has(language)).map(String::as_str).collect();
        if !missing.is_empty() && missing.len() < all.len() {
            let languages: Param = missing.into_iter().collect();
            issues.warning(path, "translation-missing", params! { "languages" => languages });
        }
    });
}

fn languages(label: &Localized) -> impl Iterator<Item = &String> {
    let texts = match label {
        Localized::Plain(_) => None,
        Localized::ByLanguage(texts) => Some(texts),
    };
    texts.into_iter().flat_map(|texts| texts.keys())
}

fn each_label(parts: &Parts, visit: &mut dyn FnMut(Path<'_>, &Localized)) {
    let root = Path::Root;
    visit(root.key("label"), &parts.label);
    for (place, stage) in parts.stages.iter().enumerate() {
        visit(root.key("stages").at(place).key("label"), &stage.label);
    }
    for (place, transition) in parts.transitions.iter().enumerate() {
        let list = root.key("transitions");
        let path = list.at(place);
        visit(path.key("label"), &transition.label);
        transition.message.iter().for_each(|message| visit(path.key("message"), message));
        if let Reason::OneOf(choices) = &transition.requires.reason {
            each_choice(&path.key("requires.reason"), choices, visit);
        }
        let list = path.key("requires.answers");
        for (place, question) in transition.requires.answers.iter().enumerate() {
            let path = list.at(place);
            visit(path.key("label"), &question.label);
            each_choice(&path.key("choices"), &question.choices, visit);
        }
    }
    for (place, kind) in parts.types.iter().enumerate() {
        visit(root.key("activityTypes").at(place).key("label"), &kind.label);
    }
}

fn each_choice(list: &Path<'_>, choices: &[Choice], visit: &mut dyn FnMut(Path<'_>, &Localized)) {
    for (place, choice) in choices.iter().enumerate() {
        visit(list.at(place).key("label"), &choice.label);
    }
}
