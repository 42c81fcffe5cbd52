//! Lanes: lines that run along the same gap stand side by side, unless they do not meet.

/// A line along a gap.
pub(super) struct Run {
    /// The gap's side, a number of the caller's.
    pub(super) bank: usize,
    pub(super) start: i32,
    pub(super) end: i32,
    /// Its place in the gap, from 0; [`allot`] finds it.
    pub(super) lane: usize,
}

/// Lanes of one bank. Beyond that, lines lie upon each other.
const MOST: usize = 40;

/// Gives each run a lane that is free along it, short ones first; returns by bank how many it has.
pub(super) fn allot(runs: &mut [Run], banks: usize) -> Vec<usize> {
    let mut taken: Vec<Vec<(i32, i32)>> = vec![Vec::new(); banks * MOST];
    let mut counts = vec![0; banks];
    let length = |at: usize| runs[at].end - runs[at].start;
    let order = crate::sort::places(runs.len(), &|a, b| length(a).cmp(&length(b)));
    for (nth, at) in order.into_iter().enumerate() {
        let run = &mut runs[at];
        let lanes = &mut taken[run.bank * MOST..(run.bank + 1) * MOST];
        let free = |lane: &Vec<(i32, i32)>| {
            lane.iter().all(|&(start, end)| end < run.start || run.end < start)
        };
        run.lane = lanes.iter().position(free).unwrap_or(nth % MOST);
        lanes[run.lane].push((run.start, run.end));
        counts[run.bank] = counts[run.bank].max(run.lane + 1);
    }
    counts
}

/// Distance of so many lanes: room for a label between few, a bundle of many.
pub(super) fn pitch(count: usize) -> i32 {
    match count {
        0..=6 => 16,
        _ => (100 / count as i32).max(5),
    }
}

/// How much of a gap so many lanes take.
pub(super) fn breadth(count: usize) -> i32 {
    count as i32 * pitch(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_that_meet_need_lanes_of_their_own() {
        let run = |bank, start, end| Run { bank, start, end, lane: 9 };
        let mut runs = [run(0, 0, 9), run(0, 9, 12), run(0, 20, 30), run(1, 0, 9)];
        assert_eq!(allot(&mut runs, 2), [2, 1]);
        assert_eq!(runs.map(|run| run.lane), [1, 0, 0, 0]);
    }

    #[test]
    fn a_gap_stays_narrow_whatever_runs_in_it() {
        let mut runs: Vec<Run> =
            (0..500).map(|n| Run { bank: 0, start: n, end: 999, lane: 0 }).collect();
        let counts = allot(&mut runs, 1);
        assert!(counts[0] <= MOST && breadth(counts[0]) <= 200);
    }
}
