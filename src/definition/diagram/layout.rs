//! Where everything stands: boxes in rows that wrap like a snake, and lines along the gaps between
//! them, so that none crosses a box. Moves between neighbours are straight; any other leaves its box
//! above or below.

use super::Scene;
use super::lanes::{Run, allot, breadth, pitch};
use super::links::{Link, links};
use super::routes::{Route, Way, ends, routes};

/// Size of a box.
pub(super) const WIDE: i32 = 136;
pub(super) const HIGH: i32 = 64;
/// How far the ring of the current stage reaches out of its box.
pub(super) const RING: i32 = 7;

/// Columns where there are few stages, and where there are many.
const COLUMNS: usize = 4;
const MANY_COLUMNS: usize = 6;
const MANY: usize = 24;

/// Around everything.
const MARGIN: i32 = 12;
/// Between a box and the lines above or below it.
const PAD: i32 = 24;
/// Between columns: where no label stands, and where one does.
const GAP: i32 = 28;
const LABEL: i32 = 96;
/// Beside an outer column whose boxes are joined from above.
const OUTER_LABEL: i32 = 56;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) x: i32,
    pub(super) y: i32,
}

/// Where a box is among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) column: usize,
    pub(super) row: usize,
}

/// Room for a label, and the end of it that it keeps to: -1, 0 or 1 across and down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) corner: Point,
    pub(super) size: Point,
    pub(super) across: i32,
    pub(super) down: i32,
}

/// A line and the rooms for its label, best first.
#[derive(Default)]
pub(super) struct Line {
    pub(super) points: Vec<Point>,
    pub(super) slots: Vec<Slot>,
}

pub(super) struct Layout {
    pub(super) size: Point,
    /// By node: the corner of its box.
    pub(super) boxes: Vec<Point>,
    pub(super) links: Vec<Link>,
    /// By link.
    pub(super) lines: Vec<Line>,
}

pub(super) fn layout(scene: &Scene<'_>) -> Layout {
    let count = scene.nodes.len();
    let most = if count > MANY { MANY_COLUMNS } else { COLUMNS };
    let rows = count.div_ceil(most).max(1);
    let columns = count.div_ceil(rows);
    let cells: Vec<Cell> = (0..count).map(|place| cell(place, columns)).collect();
    let links = links(&scene.moves);
    let routes = routes(&links, &cells, columns);
    let across = Across::of(&links, &routes, &cells, columns);
    let ends = ends(&links, &routes, &cells, &across.boxes);
    let down = Down::of(&routes, &ends, &across, rows);
    let boxes = cells
        .iter()
        .map(|at| Point { x: across.boxes[at.column], y: down.boxes[at.row] })
        .collect();
    let mut layout = Layout {
        size: Point { x: across.size, y: down.size },
        boxes,
        links,
        lines: Vec::with_capacity(routes.len()),
    };
    for place in 0..routes.len() {
        let line = match routes[place].way {
            Way::Beside => layout.beside(place, &across, &cells),
            Way::Stacked => layout.stacked(place),
            Way::Around => layout.around(place, &routes[place], ends[place], &across, &down),
        };
        layout.lines.push(line);
    }
    layout
}

/// Rows run to the right and to the left by turns, so that each box is next to the one before it.
fn cell(place: usize, columns: usize) -> Cell {
    let (row, along) = (place / columns, place % columns);
    Cell { column: if row % 2 == 0 { along } else { columns - 1 - along }, row }
}

/// All places from left to right.
pub(super) struct Across {
    /// By column: where its boxes begin.
    boxes: Vec<i32>,
    /// By gap, the outer ones too: where it begins, and where its lanes do.
    gaps: Vec<i32>,
    lanes: Vec<i32>,
    pitches: Vec<i32>,
    /// By link: the lane it takes from row to row.
    lane_of: Vec<usize>,
    size: i32,
}

impl Across {
    fn of(links: &[Link], routes: &[Route], cells: &[Cell], columns: usize) -> Self {
        let mut spare = vec![GAP; columns + 1];
        spare[0] = MARGIN;
        spare[columns] = MARGIN;
        let mut runs = Vec::new();
        let mut run_of = vec![0; links.len()];
        for (place, route) in routes.iter().enumerate() {
            let (from, to) = (cells[links[place].from], cells[links[place].to]);
            match route.way {
                Way::Beside => spare[from.column.max(to.column)] = LABEL,
                Way::Stacked if from.column == 0 => spare[0] = OUTER_LABEL,
                Way::Stacked if from.column + 1 == columns => spare[columns] = OUTER_LABEL,
                _ => {}
            }
            if let Some(gap) = route.gap {
                let (first, last) = (route.first / 2, route.last / 2);
                let (start, end) = (first.min(last) as i32, first.max(last) as i32);
                run_of[place] = runs.len();
                runs.push(Run { bank: gap, start, end, lane: 0 });
            }
        }
        let counts = allot(&mut runs, columns + 1);
        let mut across = Self {
            boxes: Vec::new(),
            gaps: Vec::new(),
            lanes: Vec::new(),
            pitches: counts.iter().map(|&count| pitch(count)).collect(),
            lane_of: run_of.iter().map(|&run| runs.get(run).map_or(0, |run| run.lane)).collect(),
            size: 0,
        };
        for gap in 0..=columns {
            across.gaps.push(across.size);
            across.size += spare[gap];
            across.lanes.push(across.size);
            across.size += breadth(counts[gap]);
            if gap < columns {
                across.boxes.push(across.size);
                across.size += WIDE;
            }
        }
        across
    }

    fn lane(&self, gap: usize, link: usize) -> i32 {
        self.lanes[gap] + self.lane_of[link] as i32 * self.pitches[gap]
    }
}

/// All places from top to bottom.
struct Down {
    /// By row: where its boxes begin.
    boxes: Vec<i32>,
    /// By bank: where its first lane is, and the distance to the next.
    lanes: Vec<i32>,
    pitches: Vec<i32>,
    /// By link: the lanes at its beginning and at its end.
    lanes_of: Vec<[usize; 2]>,
    size: i32,
}

impl Down {
    fn of(routes: &[Route], ends: &[[i32; 2]], across: &Across, rows: usize) -> Self {
        let mut runs = Vec::new();
        let mut runs_of = vec![[0; 2]; routes.len()];
        let mut joined = vec![false; rows + 1];
        for (place, route) in routes.iter().enumerate() {
            let [start, end] = ends[place];
            let mut run = |bank: usize, a: i32, b: i32| {
                runs.push(Run { bank, start: a.min(b) - 3, end: a.max(b) + 3, lane: 0 });
                runs.len() - 1
            };
            match (route.way, route.gap) {
                (Way::Beside, _) => {}
                (Way::Stacked, _) => joined[route.first / 2] = true,
                (Way::Around, None) => runs_of[place] = [run(route.first, start, end); 2],
                (Way::Around, Some(gap)) => {
                    let turn = across.lane(gap, place);
                    runs_of[place] = [run(route.first, start, turn), run(route.last, turn, end)];
                }
            }
        }
        let counts = allot(&mut runs, 2 * rows + 2);
        let lane = |run: usize| runs.get(run).map_or(0, |run| run.lane);
        let mut down = Self {
            boxes: Vec::new(),
            lanes: Vec::new(),
            // Those above a row are counted upwards from it.
            pitches: counts.iter().enumerate().map(|(n, &c)| [1, -1][n % 2] * pitch(c)).collect(),
            lanes_of: runs_of.iter().map(|&[first, last]| [lane(first), lane(last)]).collect(),
            size: 0,
        };
        for gap in 0..=rows {
            let (upper, lower) = (breadth(counts[2 * gap]), breadth(counts[2 * gap + 1]));
            let between = if joined[gap] { 44 } else { 0 };
            let above = if gap == 0 { 4 } else { PAD };
            down.lanes.push(down.size + above);
            down.size += above + upper + between + lower;
            down.lanes.push(down.size);
            if gap < rows {
                down.size += PAD;
                down.boxes.push(down.size);
                down.size += HIGH;
            }
        }
        down
    }

    fn lane(&self, bank: usize, lane: usize) -> i32 {
        self.lanes[bank] + lane as i32 * self.pitches[bank]
    }
}

/// Below a line, and above one: where its label begins.
const CLOSE: i32 = 3;
/// Height of a label of one line, and of the highest one.
const ONE: i32 = 14;
const THREE: i32 = 39;

impl Layout {
    /// To the next box of the row: labels above the way on, and below the way back.
    fn beside(&self, link: usize, across: &Across, cells: &[Cell]) -> Line {
        let Link { from, to, .. } = self.links[link];
        let on = from < to;
        let (start, end) = (self.boxes[from], self.boxes[to]);
        let y = start.y + if on { 24 } else { 40 };
        let (a, b) =
            if start.x < end.x { (start.x + WIDE, end.x) } else { (start.x, end.x + WIDE) };
        let gap = cells[from].column.max(cells[to].column);
        let x = across.gaps[gap] + 8;
        let slot = Slot {
            corner: Point { x, y: if on { y - CLOSE - THREE } else { y + CLOSE } },
            size: Point { x: LABEL - 16, y: THREE },
            across: 0,
            down: if on { 1 } else { -1 },
        };
        Line { points: vec![Point { x: a, y }, Point { x: b, y }], slots: vec![slot] }
    }

    /// To the box straight below or above: labels on the outer side of the line.
    fn stacked(&self, link: usize) -> Line {
        let Link { from, to, .. } = self.links[link];
        let (start, end) = (self.boxes[from], self.boxes[to]);
        let downward = start.y < end.y;
        let x = start.x + WIDE / 2 + if downward { -10 } else { 10 };
        let (a, b) = if downward { (start.y + HIGH, end.y) } else { (start.y, end.y + HIGH) };
        let wide = WIDE / 2 + OUTER_LABEL - 20;
        let y = i32::midpoint(a, b) - THREE / 2;
        let slot = |across: i32| Slot {
            corner: Point { x: if across > 0 { x - CLOSE - 1 - wide } else { x + CLOSE + 1 }, y },
            size: Point { x: wide, y: THREE },
            across,
            down: 0,
        };
        let outer = if downward { 1 } else { -1 };
        Line {
            points: vec![Point { x, y: a }, Point { x, y: b }],
            slots: vec![slot(outer), slot(-outer)],
        }
    }

    /// Along the gaps: labels upon or under what runs across.
    fn around(
        &self,
        link: usize,
        route: &Route,
        ends: [i32; 2],
        across: &Across,
        down: &Down,
    ) -> Line {
        let Link { from, to, .. } = self.links[link];
        let edge = |node: usize, above: bool| self.boxes[node].y + if above { 0 } else { HIGH };
        let [first, last] = down.lanes_of[link];
        let (high, low) = (down.lane(route.first, first), down.lane(route.last, last));
        let mut points = vec![
            Point { x: ends[0], y: edge(from, route.above[0]) },
            Point { x: ends[0], y: high },
        ];
        if let Some(gap) = route.gap {
            let x = across.lane(gap, link);
            points.extend([Point { x, y: high }, Point { x, y: low }]);
        }
        points.push(Point { x: ends[1], y: low });
        points.push(Point { x: ends[1], y: edge(to, route.above[1]) });
        let mut slots = Vec::new();
        for pair in points.windows(2).filter(|pair| pair[0].y == pair[1].y) {
            let (start, end) = (pair[0].x.min(pair[1].x) + 6, pair[0].x.max(pair[1].x) - 6);
            let wide = (end - start).max(if from == to { WIDE } else { 0 });
            for across in [0, -1, 1] {
                for y in [pair[0].y - CLOSE - ONE, pair[0].y + CLOSE] {
                    slots.push(Slot {
                        corner: Point { x: i32::midpoint(start, end) - wide / 2, y },
                        size: Point { x: wide, y: ONE },
                        across,
                        down: 0,
                    });
                }
            }
        }
        Line { points, slots }
    }
}
