//! Which way each line goes, and where it leaves and enters its boxes. Gaps between rows have two
//! banks: `2 * gap` near the row above, `2 * gap + 1` near the row below.

use super::layout::{Cell, WIDE};
use super::links::Link;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Straight to the next box of the row.
    Beside,
    /// Straight to the box above or below.
    Stacked,
    /// Along the gaps.
    Around,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Route {
    pub(super) way: Way,
    /// The bank along which it leaves, and that along which it comes.
    pub(super) first: usize,
    pub(super) last: usize,
    /// The gap between columns, where it goes past a row.
    pub(super) gap: Option<usize>,
    /// Whether it leaves its box above, and enters the other there.
    pub(super) above: [bool; 2],
}

/// By link: its way.
pub(super) fn routes(links: &[Link], cells: &[Cell], columns: usize) -> Vec<Route> {
    let mut load = vec![0; columns + 1];
    let mut routes = Vec::with_capacity(links.len());
    for link in links {
        let (from, to) = (cells[link.from], cells[link.to]);
        let (over, under) = (2 * from.row + 1, 2 * from.row + 2);
        let mut route =
            Route { way: Way::Around, first: over, last: over, gap: None, above: [true; 2] };
        if from.row == to.row {
            if from.column.abs_diff(to.column) == 1 {
                route.way = Way::Beside;
            } else if link.from > link.to {
                route = Route { first: under, last: under, above: [false; 2], ..route };
            }
        } else {
            let downward = from.row < to.row;
            let (first, last) =
                if downward { (under, 2 * to.row + 1) } else { (over, 2 * to.row + 2) };
            route = Route { first, last, above: [!downward, downward], ..route };
            if from.row.abs_diff(to.row) > 1 {
                let gap = nearest(from.column, to.column, &load);
                load[gap] += 1;
                route.gap = Some(gap);
            } else if from.column == to.column {
                route.way = Way::Stacked;
            } else {
                route.last = first;
            }
        }
        routes.push(route);
    }
    routes
}

/// The gap that is the least way round, and not too full.
fn nearest(from: usize, to: usize, load: &[usize]) -> usize {
    let way = |gap: usize| side(gap).abs_diff(middle(from)) + side(gap).abs_diff(middle(to));
    let cost = |gap: &usize| 4 * way(*gap) + load[*gap];
    (0..load.len()).min_by_key(cost).unwrap_or_default()
}

/// Places across in half columns: of a gap, and of a column.
fn side(gap: usize) -> usize {
    2 * gap
}

fn middle(column: usize) -> usize {
    2 * column + 1
}

/// Where a line meets the upper or the lower side of a box.
struct Port {
    node: usize,
    above: bool,
    /// Where the line goes from here, in half columns.
    toward: usize,
    link: usize,
    end: usize,
}

/// By link that goes around: where it leaves and where it comes, from left to right in the order of
/// where it goes. `boxes` is where each column's begin.
pub(super) fn ends(
    links: &[Link],
    routes: &[Route],
    cells: &[Cell],
    boxes: &[i32],
) -> Vec<[i32; 2]> {
    let mut ports = Vec::new();
    // By node: whether a straight line takes the middle, below and above.
    let mut joined = vec![[false; 2]; cells.len()];
    for (place, route) in routes.iter().enumerate() {
        let nodes = [links[place].from, links[place].to];
        for end in 0..2 {
            let (node, above) = (nodes[end], route.above[end]);
            match route.way {
                Way::Beside => {}
                Way::Stacked => joined[node][usize::from(above)] = true,
                Way::Around => {
                    let other = middle(cells[nodes[1 - end]].column);
                    let toward = route.gap.map_or(other, side);
                    ports.push(Port { node, above, toward, link: place, end });
                }
            }
        }
    }
    crate::sort::sort(&mut ports, |a, b| {
        (a.node, a.above, a.toward).cmp(&(b.node, b.above, b.toward))
    });
    let mut ends = vec![[0; 2]; links.len()];
    for group in ports.chunk_by(|a, b| a.node == b.node && a.above == b.above) {
        let Port { node, above, .. } = group[0];
        let column = cells[node].column;
        let left = group.iter().filter(|port| port.toward < middle(column)).count();
        let halves = joined[node][usize::from(above)];
        for (nth, port) in group.iter().enumerate() {
            let along = match halves {
                false => spread(10, WIDE - 10, nth, group.len()),
                true if nth < left => spread(4, WIDE / 2 - 18, nth, left),
                true => spread(WIDE / 2 + 18, WIDE - 4, nth - left, group.len() - left),
            };
            ends[port.link][port.end] = boxes[column] + along;
        }
    }
    ends
}

/// The place of the `nth` of `count`, evenly between `start` and `end`.
fn spread(start: i32, end: i32, nth: usize, count: usize) -> i32 {
    start + (end - start) * (2 * nth as i32 + 1) / (2 * count as i32)
}
