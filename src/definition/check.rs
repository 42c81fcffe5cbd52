//! Whether a definition makes sense: ids that lead somewhere, a graph that can be walked. It adds
//! to the issues and changes nothing; what an empty id stands for was reported when it was read.

use super::graph::Graph;
use super::model::{ActivityType, Origin, Stage, StageActivity, Transition};
use super::raw::Parts;
use super::read::{Issues, Path};
use super::table::{Named, Table};
use super::translation;
use crate::ids::{StageId, TypeId};

/// Adds every problem of `parts` that reading did not see.
pub(super) fn check(parts: &Parts, graph: &Graph, issues: &Issues) {
    let check = Check { parts, graph, issues };
    check.repeated("stages", &parts.stages);
    check.repeated("transitions", &parts.transitions);
    check.repeated("activityTypes", &parts.types);
    check.initial();
    each("stages", &parts.stages, |path, stage| check.stage(path, stage));
    each("transitions", &parts.transitions, |path, one| check.transition(path, one));
    each("activityTypes", &parts.types, |path, kind| check.activity_type(path, kind));
    if check.walkable() {
        check.stages_in_reach();
        check.ambiguous();
        check.automatic_cycles();
    }
    translation::check(parts, issues);
}

fn each<T>(key: &str, items: &[T], mut visit: impl FnMut(&Path<'_>, &T)) {
    for (place, item) in items.iter().enumerate() {
        visit(&Path::Root.key(key).at(place), item);
    }
}

struct Check<'a> {
    parts: &'a Parts,
    graph: &'a Graph,
    issues: &'a Issues,
}

impl Check<'_> {
    fn repeated<T: Named>(&self, key: &str, table: &Table<T>) {
        let list = Path::Root.key(key);
        for place in table.repeated() {
            let id = table[place].name();
            if !id.is_empty() {
                let at = list.at(place);
                self.issues.error(at.key("id"), "duplicate-id", params! { "id" => id });
            }
        }
    }

    fn initial(&self) {
        let path = Path::Root.key("initial");
        if let Some(stage) = self.known_stage(&path, &self.parts.initial)
            && stage.disabled
        {
            let id = params! { "stage" => stage.id.as_str() };
            self.issues.warning(path, "stage-disabled", id);
        }
    }

    /// The stage `id`; that there is none is an issue, unless that was told already.
    fn known_stage(&self, path: &Path<'_>, id: &StageId) -> Option<&Stage> {
        let found = self.parts.stages.find(id.as_str());
        if found.is_none() && !id.as_str().is_empty() && !self.parts.stages.is_empty() {
            self.issues.error(path, "stage-unknown", params! { "stage" => id.as_str() });
        }
        found
    }

    fn known_type(&self, path: &Path<'_>, id: &TypeId) -> Option<&ActivityType> {
        let found = self.parts.types.find(id.as_str());
        if found.is_none() && !id.as_str().is_empty() {
            self.issues.error(path, "type-unknown", params! { "type" => id.as_str() });
        }
        found
    }

    /// The type at `next`, which nobody can choose while it is disabled.
    fn next(&self, path: &Path<'_>, id: &TypeId) {
        if self.known_type(path, id).is_some_and(|kind| kind.disabled) {
            self.issues.warning(path, "type-disabled", params! { "type" => id.as_str() });
        }
    }

    fn stage(&self, path: &Path<'_>, stage: &Stage) {
        if stage.id.as_str() == "*" {
            self.issues.error(path.key("id"), "reserved", params! { "value" => "*" });
        }
        if let Some(color) = stage.color.as_deref().filter(|color| !is_color(color)) {
            self.issues.warning(path.key("color"), "color-invalid", params! { "value" => color });
        }
        let list = path.key("activities");
        for (place, row) in stage.activities.iter().enumerate() {
            let path = list.at(place);
            self.stage_activity(&path, stage, row);
            let same = |other: &StageActivity| {
                other.kind == row.kind && other.for_transitions == row.for_transitions
            };
            if stage.activities[..place].iter().any(same) && !row.kind.as_str().is_empty() {
                let value = params! { "value" => row.kind.as_str() };
                self.issues.warning(path.key("type"), "duplicate", value);
            }
        }
    }

    fn stage_activity(&self, path: &Path<'_>, stage: &Stage, row: &StageActivity) {
        let at = path.key("type");
        if self.known_type(&at, &row.kind).is_some_and(|kind| kind.disabled) {
            let kind = params! { "type" => row.kind.as_str() };
            match row.required {
                true => self.issues.error(at, "type-disabled", kind),
                false => self.issues.warning(at, "type-disabled", kind),
            }
        }
        if let Some(next) = &row.next {
            self.next(&path.key("next"), next);
        }
        let list = path.key("forTransitions");
        for (place, id) in row.for_transitions.iter().enumerate() {
            let about = params! { "transition" => id.as_str(), "stage" => stage.id.as_str() };
            match self.parts.transitions.find(id.as_str()) {
                _ if id.as_str().is_empty() => {}
                None => self.issues.error(list.at(place), "transition-unknown", about),
                Some(one) if one.leaves(&stage.id) => {}
                Some(_) => self.issues.error(list.at(place), "transition-elsewhere", about),
            }
        }
    }

    fn transition(&self, path: &Path<'_>, transition: &Transition) {
        let from = path.key("from");
        match &transition.from {
            Origin::Anywhere => {}
            Origin::Stages(ids) if ids.len() == 1 => {
                self.known_stage(&from, &ids[0]);
            }
            Origin::Stages(ids) => ids.iter().enumerate().for_each(|(place, id)| {
                self.known_stage(&from.at(place), id);
            }),
        }
        let to = path.key("to");
        let target = self.known_stage(&to, &transition.to);
        if target.is_some_and(|stage| stage.disabled) && !transition.disabled {
            let stage = params! { "stage" => transition.to.as_str() };
            self.issues.warning(to, "stage-disabled", stage);
        }
    }

    fn activity_type(&self, path: &Path<'_>, kind: &ActivityType) {
        if let Some(next) = &kind.next {
            self.next(&path.key("next").key("type"), &next.kind);
        }
    }

    /// Whether every stage and every move is known, so that what can be reached can be told.
    fn walkable(&self) -> bool {
        let known = |one: &Transition| match &one.from {
            Origin::Anywhere => true,
            Origin::Stages(ids) => !ids.is_empty() && ids.iter().all(|id| !id.as_str().is_empty()),
        };
        self.parts.stages.place(self.parts.initial.as_str()).is_some()
            && self.parts.stages.iter().all(|stage| !stage.id.as_str().is_empty())
            && self.parts.transitions.iter().all(|one| !one.to.as_str().is_empty() && known(one))
    }

    fn stages_in_reach(&self) {
        let reached = self.graph.reachable(self.parts);
        let enabled = |(_, stage): &(usize, &Stage)| !stage.disabled;
        for (place, stage) in self.parts.stages.iter().enumerate().filter(enabled) {
            let list = Path::Root.key("stages");
            let warn = |code| {
                let id = params! { "stage" => stage.id.as_str() };
                self.issues.warning(list.at(place), code, id);
            };
            if !reached[place] {
                warn("unreachable");
            }
            match self.graph.exits(self.parts, place).next() {
                None if !stage.final_ => warn("dead-end"),
                Some(_) if stage.final_ => warn("final-exit"),
                _ => {}
            }
        }
    }

    /// Whoever asks for a stage by name gets the first of two equal moves, and may mean the other.
    fn ambiguous(&self) {
        let transitions = &self.parts.transitions;
        let mut told = vec![false; transitions.len()];
        for stage in 0..self.parts.stages.len() {
            let mut last: Vec<Option<usize>> = vec![None; self.parts.stages.len()];
            for &place in self.graph.leaving(stage) {
                let Some(to) = self.graph.target(place).filter(|_| !transitions[place].disabled)
                else {
                    continue;
                };
                let earlier = last[to].replace(place);
                let equal =
                    |&other: &usize| transitions[other].priority == transitions[place].priority;
                if let Some(other) = earlier.filter(equal)
                    && !std::mem::replace(&mut told[place], true)
                {
                    let both = params! {
                        "transition" => transitions[place].id.as_str(),
                        "other" => transitions[other].id.as_str(),
                    };
                    let list = Path::Root.key("transitions");
                    self.issues.warning(list.at(place), "ambiguous", both);
                }
            }
        }
    }
}

impl Check<'_> {
    /// Automatic moves that lead back to where they began. Nothing stops one round of them but what
    /// they require; the engine stops after one. A round is told where its first stage in the list
    /// is left.
    fn automatic_cycles(&self) {
        let transitions = &self.parts.transitions;
        let mut told = vec![false; transitions.len()];
        for start in 0..self.parts.stages.len() {
            if let Some(first) = self.automatic_round(start)
                && !std::mem::replace(&mut told[first], true)
            {
                let path = Path::Root.key("transitions");
                let id = params! { "transition" => transitions[first].id.as_str() };
                self.issues.error(path.at(first), "automatic-cycle", id);
            }
        }
    }

    /// The automatic move out of `start` that comes back to it through stages listed after it.
    fn automatic_round(&self, start: usize) -> Option<usize> {
        let Parts { stages, transitions, .. } = self.parts;
        let mut seen = vec![false; stages.len()];
        let mut waiting = vec![(start, None)];
        while let Some((stage, first)) = waiting.pop() {
            for &place in self.graph.leaving(stage) {
                let fires = transitions[place].automatic && !transitions[place].disabled;
                let target = self.graph.target(place).filter(|_| fires);
                let Some(to) = target.filter(|&to| to >= start && !stages[to].disabled) else {
                    continue;
                };
                let first = first.unwrap_or(place);
                if to == start {
                    return Some(first);
                }
                if !std::mem::replace(&mut seen[to], true) {
                    waiting.push((to, Some(first)));
                }
            }
        }
        None
    }
}

/// Whether `text` looks like a CSS colour: `#` and hexadecimal digits, a word, or a function.
fn is_color(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix('#') {
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        return hex && matches!(digits.len(), 3 | 4 | 6 | 8);
    }
    let (word, rest) = text.split_at(text.find('(').unwrap_or(text.len()));
    let inside = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" .,%/+-".contains(&byte);
    !word.is_empty()
        && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
        && (rest.is_empty() || inside.is_some_and(|inside| inside.bytes().all(plain)))
}

#[cfg(test)]
mod tests {
    use super::is_color;

    #[test]
    fn a_colour_is_hexadecimal_a_word_or_a_function() {
        for good in ["#42A3BD", "#fff", "#ffff", "white", "rgb(1, 2, 3)", "oklch(40% 0.2 20)"] {
            assert!(is_color(good), "{good}");
        }
        for bad in ["#42A3B", "42A3BD", "red;", "url(x:y)", "rgb(1", "", "(1)", "#ggg", "blå"] {
            assert!(!is_color(bad), "{bad}");
        }
    }
}
