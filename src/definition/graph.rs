//! Stages and transitions as places in their lists: what leaves a stage, what can be reached. Ids
//! that lead nowhere are left out here; `check` reports them.

use super::model::{Origin, Transition};
use super::raw::Parts;
use super::read::Issues;

/// Moves of all transitions together, with `"*"` and lists written out.
const MAX_MOVES: usize = 100_000;

#[derive(Clone, Debug)]
pub(super) struct Graph {
    initial: usize,
    /// By stage: the transitions that leave it, by priority, then as listed.
    leaving: Vec<Vec<usize>>,
    /// By transition: the stage it leads to.
    target: Vec<Option<usize>>,
}

impl Graph {
    pub(super) fn of(parts: &Parts, issues: &Issues) -> Self {
        let target = |one: &Transition| parts.stages.place(one.to.as_str());
        let mut graph = Self {
            initial: parts.stages.place(parts.initial.as_str()).unwrap_or_default(),
            leaving: vec![Vec::new(); parts.stages.len()],
            target: parts.transitions.iter().map(target).collect(),
        };
        let priority = |place: usize| parts.transitions[place].priority;
        let by_priority = |a, b| priority(a).total_cmp(&priority(b));
        let mut moves = 0;
        for place in crate::sort::places(parts.transitions.len(), &by_priority) {
            let origins = graph.origins(parts, place);
            moves += origins.len();
            if moves > MAX_MOVES {
                issues.error("transitions", "too-large", params! { "max" => MAX_MOVES });
                break;
            }
            origins.into_iter().for_each(|origin| graph.leaving[origin].push(place));
        }
        graph
    }

    fn origins(&self, parts: &Parts, place: usize) -> Vec<usize> {
        let transition = &parts.transitions[place];
        match &transition.from {
            Origin::Anywhere => {
                (0..parts.stages.len()).filter(|&stage| Some(stage) != self.target[place]).collect()
            }
            Origin::Stages(ids) => {
                ids.iter().filter_map(|id| parts.stages.place(id.as_str())).collect()
            }
        }
    }

    pub(super) fn initial(&self) -> usize {
        self.initial
    }

    pub(super) fn leaving(&self, stage: usize) -> &[usize] {
        &self.leaving[stage]
    }

    pub(super) fn target(&self, transition: usize) -> Option<usize> {
        self.target[transition]
    }

    /// Stages that enabled transitions lead to from `stage`, itself not among them.
    pub(super) fn exits<'a>(
        &'a self,
        parts: &'a Parts,
        stage: usize,
    ) -> impl Iterator<Item = usize> + 'a {
        self.leaving[stage]
            .iter()
            .filter(|&&place| !parts.transitions[place].disabled)
            .filter_map(|&place| self.target[place])
            .filter(move |&to| to != stage && !parts.stages[to].disabled)
    }

    /// By stage: whether a contact that starts at the beginning can get there.
    pub(super) fn reachable(&self, parts: &Parts) -> Vec<bool> {
        let mut reached = vec![false; self.leaving.len()];
        let mut waiting = vec![self.initial];
        while let Some(stage) = waiting.pop() {
            if reached.get_mut(stage).is_some_and(|seen| !std::mem::replace(seen, true)) {
                waiting.extend(self.exits(parts, stage).filter(|&to| !reached[to]));
            }
        }
        reached
    }
}
