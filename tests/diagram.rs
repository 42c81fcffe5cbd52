//! Diagrams: what is drawn of any definition, however hostile its texts, and that nothing lies upon
//! anything else.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

mod support;

use proptest::prelude::*;
use roxmltree::{Document, Node};
use serde_json::{Value, json};
use stagebook::definition::diagram::{Format, diagram};
use stagebook::definition::{Definition, Direction, preset};
use stagebook::ids::{DefinitionHash, StageId};
use stagebook::label::Localized;
use std::collections::BTreeSet;
use support::tree;

fn compile(value: &Value) -> Definition {
    Definition::parse(tree(value), DefinitionHash::new("sha256:0")).unwrap()
}

fn draw(definition: &Definition, format: Format, current: Option<&str>) -> String {
    let label = |label: &Localized| label.text("en").to_owned();
    diagram(definition, format, &label, current.map(StageId::from).as_ref())
}

fn crm_contact() -> Definition {
    compile(&serde_json::from_str(preset::CRM_CONTACT).unwrap())
}

fn small() -> Definition {
    compile(&json!({
        "id": "small", "version": 1, "label": "A \"small\" one", "initial": "new",
        "stages": [
            { "id": "new", "label": "New; 50% \"hot\"", "color": "#123" },
            { "id": "end", "label": "naïve #1", "final": true, "disabled": true, "color": "red\"" },
            { "id": "on-hold", "order": 0.5, "color": "rebeccapurple" },
        ],
        "transitions": [
            { "id": "hold", "from": "*", "to": "on-hold", "label": "a: b\n%% c" },
            { "id": "close", "from": ["new", "on-hold"], "to": "end", "disabled": true },
            { "id": "again", "from": "new", "to": "new" },
        ],
        "activityTypes": [],
    }))
}

#[test]
fn mermaid_has_every_move_and_escapes_what_it_might_read() {
    let expected = r#"stateDiagram-v2
    direction LR
    state "New#59; 50#37; #34;hot#34;" as s0_new
    state "on#45;hold" as s1_on_hold
    state "naïve #35;1" as s2_end
    [*] --> s0_new
    s0_new --> s1_on_hold : a#58; b #37;#37; c
    s0_new --> s2_end : ✕ close
    s0_new --> s0_new : again
    s1_on_hold --> s2_end : ✕ close
    s2_end --> s1_on_hold : a#58; b #37;#37; c
    s2_end --> [*]
    classDef current stroke-width:4px,font-weight:bold
    classDef disabled stroke-dasharray:5 5,opacity:0.6
    class s1_on_hold current
    class s2_end disabled
"#;
    assert_eq!(draw(&small(), Format::Mermaid, Some("on-hold")), expected);
}

#[test]
fn dot_quotes_its_texts_and_takes_colours_that_it_knows() {
    let expected = r##"digraph {
  rankdir=LR
  label="A \"small\" one"
  node [shape=box style="rounded,filled" fillcolor=white]
  initial [shape=point fillcolor=black width=0.15]
  initial -> s0_new
  s0_new [label="New; 50% \"hot\"" style="rounded,filled" fillcolor="#112233" fontcolor="#ffffff"]
  s1_on_hold [label="on-hold" style="rounded,filled,bold" penwidth=4]
  s2_end [label="naïve #1" style="rounded,filled,dashed" peripheries=2]
  s0_new -> s1_on_hold [label="a: b %% c"]
  s0_new -> s2_end [label="✕ close" style=dashed color=gray fontcolor=gray]
  s0_new -> s0_new [label="again"]
  s1_on_hold -> s2_end [label="✕ close" style=dashed color=gray fontcolor=gray]
  s2_end -> s1_on_hold [label="a: b %% c"]
}
"##;
    assert_eq!(draw(&small(), Format::Dot, Some("on-hold")), expected);
}

#[test]
fn the_preset_fits_a_page_and_shows_all_its_labels() {
    let definition = crm_contact();
    let drawn = draw(&definition, Format::Svg, Some("lead"));
    let document = Document::parse(&drawn).unwrap();
    let root = document.root_element();
    assert!(number(root, "width") <= 920 && number(root, "height") <= 300);
    assert_eq!(child(root, "title").text(), Some("Contact: Lead"));
    let said = child(root, "desc").text().unwrap();
    assert!(said.starts_with("Start → Qualification; Qualification → Start, Prospect; "), "{said}");
    let all = texts(root);
    for stage in definition.stages() {
        assert!(all.contains(&stage.label.text("en").to_owned()), "{:?}", stage.id);
    }
    for transition in definition.transitions() {
        assert!(all.contains(&transition.label.text("en").to_owned()), "{:?}", transition.id);
    }
    examine(&definition, &drawn, Some("lead"));
}

#[test]
fn the_current_stage_is_marked_and_an_unknown_one_is_not() {
    let definition = crm_contact();
    let drawn = draw(&definition, Format::Svg, Some("lead"));
    let document = Document::parse(&drawn).unwrap();
    let current = |node: &Node<'_, '_>| node.attribute("aria-current") == Some("step");
    let marked: Vec<_> = document.descendants().filter(current).collect();
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0].attribute("data-stage"), Some("lead"));
    assert_eq!(marked[0].attribute("aria-label"), Some("Lead"));
    let none = draw(&definition, Format::Svg, None);
    assert_eq!(draw(&definition, Format::Svg, Some("nowhere")), none);
    assert!(!none.contains("aria-"));
}

#[test]
fn a_colour_of_css_is_a_stripe_and_one_that_is_none_is_left_out() {
    let drawn = |color: &str| {
        let definition = compile(&json!({
            "id": "one", "version": 1, "initial": "a", "transitions": [], "activityTypes": [],
            "stages": [{ "id": "a", "final": true, "color": color }],
        }));
        draw(&definition, Format::Svg, None) + &draw(&definition, Format::Dot, None)
    };
    let plain = drawn("#");
    for good in ["hsl(20 90% 50%)", "rebeccapurple"] {
        assert!(drawn(good).contains(&format!("stroke=\"{good}\"/>")), "{good}");
    }
    for good in ["#FA0", "#fa0f", "#ffaa00", "#FFAA00FF"] {
        let drawn = drawn(good);
        assert!(drawn.contains("fill=\"#ffaa00\"") && drawn.contains("fillcolor=\"#ffaa00\""));
    }
    for bad in [
        "url(x)",
        "url(#x)",
        "var(--x)",
        "red;",
        "red\"",
        "#12",
        "#12345",
        "#ggg",
        "#é",
        "rgb(1",
        "rgb(1)x)",
        "attr(x)",
        "expression(1)",
        "#fa08",
        "#ffaa0080",
        "rgb(<)",
        "(1)",
        "rgb (1)",
        "url('http://x.example/y')",
        "#+11",
    ] {
        assert_eq!(drawn(bad), plain, "{bad}");
    }
}

#[test]
fn the_largest_definitions_are_drawn() {
    let stages: Vec<Value> = (0..300).map(|n| json!({ "id": format!("s{n}") })).collect();
    let everywhere =
        |n: usize| json!({ "id": format!("t{n}"), "from": "*", "to": format!("s{n}") });
    let definition = compile(&json!({
        "id": "large", "version": 1, "initial": "s0", "activityTypes": [], "stages": stages,
        "transitions": (0..300).map(everywhere).collect::<Vec<_>>(),
    }));
    let moves = 300 * 299;
    let drawn = draw(&definition, Format::Svg, None);
    assert_eq!(drawn.matches(" data-from=").count(), moves);
    assert_eq!(draw(&definition, Format::Dot, None).matches(" -> ").count(), moves + 1);
    assert_eq!(draw(&definition, Format::Mermaid, None).matches(" --> ").count(), moves + 1);
}

// ── any definition ──────────────────────────────────────────────────────────────────────────────

fn any_text() -> BoxedStrategy<String> {
    prop_oneof![
        4 => "[A-Za-z]{1,12}( [a-z]{1,12}){0,5}",
        1 => "(?s).{1,60}",
        1 => prop::sample::select(HOSTILE).prop_map(str::to_owned),
        1 => "[<>&\"'\\\\;:#%{}\\[\\]|`*_\n\r\t-]{1,20}",
    ]
    .boxed()
}

const HOSTILE: &[&str] = &[
    "]]></svg><script>alert(1)</script>",
    "\" onload=\"alert(1)",
    "\u{0}\u{8}\u{b}\u{1f}\u{fffe}\u{ffff}\u{7f}\u{85}\u{2028}",
    "الموافقة على العقد النهائي مع العميل",
    "\u{202e}gnorw\u{2066}",
    "👩‍👩‍👧‍👦🏳️‍🌈🇮🇹 emoji 👍🏽",
    "契約書の最終確認を待っている顧客",
    "Z\u{300}\u{301}\u{302}\u{303}a\u{330}\u{331}l\u{334}g\u{335}o",
    "﷽﷽﷽",
    "%%{init: {\"theme\": \"x\"}}%%",
    "end note\n[*] --> x: y; classDef",
    "\\N \\G \\",
    "<b>bold</b> &lt; &#60; #lt; #60; ﬂ°°60¶ß",
    "   ",
];

fn any_definition(most_stages: usize, most_transitions: usize) -> impl Strategy<Value = Value> {
    (1..=most_stages).prop_flat_map(move |count| {
        let id = (0..count).prop_map(|n| format!("stage {n}\"&<-"));
        let order = prop_oneof![Just(None), (-3i32..9).prop_map(Some)];
        let color = prop::option::of(prop_oneof![
            Just("#42A3BD".to_owned()), Just("tomato".to_owned()), Just("plum".to_owned()), any_text(),
        ]);
        let flag = prop::bool::weighted(0.1);
        let stage = (any_text(), order, color, flag, flag);
        let from = prop_oneof![
            20 => id.clone().prop_map(Value::from),
            2 => prop::collection::btree_set(id.clone(), 1..4).prop_map(|ids| json!(ids)),
            1 => Just(json!("*")),
        ];
        let transition = (from, id.clone(), any_text(), flag);
        let stages = prop::collection::vec(stage, count);
        let transitions = prop::collection::vec(transition, 0..=most_transitions);
        (stages, transitions, id, any_text()).prop_map(|(stages, transitions, initial, label)| {
            let stage = |(n, (label, order, color, last, disabled)): (usize, _)| {
                let id = format!("stage {n}\"&<-");
                let mut stage = json!({ "id": id, "label": label, "final": last, "disabled": disabled });
                let (order, color): (Option<i32>, Option<String>) = (order, color);
                order.into_iter().for_each(|order| stage["order"] = json!(order));
                color.into_iter().for_each(|color| stage["color"] = json!(color));
                stage
            };
            let transition = |(n, (from, to, label, disabled)): (usize, _)| {
                json!({ "id": format!("t{n}"), "from": from, "to": to, "label": label, "disabled": disabled })
            };
            json!({
                "id": "any", "version": 1, "label": label, "initial": initial, "activityTypes": [],
                "stages": stages.into_iter().enumerate().map(stage).collect::<Vec<_>>(),
                "transitions": transitions.into_iter().enumerate().map(transition).collect::<Vec<_>>(),
            })
        })
    })
}

proptest! {
    #![proptest_config(support::cases(48))]

    #[test]
    fn of_any_definition_all_is_drawn_and_nothing_lies_upon_anything(value in any_definition(60, 400)) {
        let definition = compile(&value);
        let current = definition.initial().id.as_str();
        examine(&definition, &draw(&definition, Format::Svg, Some(current)), Some(current));
    }

    #[test]
    fn few_stages_too(value in any_definition(9, 30)) {
        let definition = compile(&value);
        examine(&definition, &draw(&definition, Format::Svg, None), None);
    }

    #[test]
    fn no_text_gets_out_of_its_place_in_mermaid_and_dot(value in any_definition(12, 20)) {
        let definition = compile(&value);
        let moves: usize = definition
            .stages()
            .iter()
            .map(|stage| definition.transitions_from(&stage.id).count())
            .sum();
        let mermaid = draw(&definition, Format::Mermaid, None);
        for line in mermaid.lines() {
            prop_assert!(!line.contains(['\r', '\u{2028}', '<', '>', '&', '\\', '%', '{', '`', ';'])
                || line.contains(" --> ") || line.contains('#'), "{}", line);
            prop_assert!(matches!(line.matches('"').count(), 0 | 2), "{}", line);
        }
        let finals = definition.stages().iter().filter(|stage| stage.final_).count();
        prop_assert_eq!(mermaid.matches(" --> s").count(), moves + 1);
        prop_assert_eq!(mermaid.matches(" --> [*]").count(), finals);
        let dot = draw(&definition, Format::Dot, None);
        let bare = outside_quotes(&dot);
        prop_assert_eq!(bare.matches(" -> ").count(), moves + 1);
        prop_assert!(bare.chars().all(|c| c.is_ascii_graphic() || c == ' ' || c == '\n'), "{}", bare);
        prop_assert_eq!(bare.matches('}').count(), 1);
    }
}

/// A DOT text without what stands in its strings.
fn outside_quotes(dot: &str) -> String {
    let mut bare = String::new();
    let mut chars = dot.chars();
    while let Some(c) = chars.next() {
        if c != '"' {
            bare.push(c);
            continue;
        }
        while let Some(c) = chars.next().filter(|&c| c != '"') {
            if c == '\\' {
                chars.next();
            }
        }
    }
    bare
}

// ── the picture, read back ──────────────────────────────────────────────────────────────────────

#[derive(Clone, Copy, Debug)]
struct Area {
    left: i32,
    top: i32,
    right: i32,
    bottom: i32,
}

impl Area {
    fn of(node: Node<'_, '_>) -> Self {
        let (left, top) = (number(node, "x"), number(node, "y"));
        Self {
            left,
            top,
            right: left + number(node, "width"),
            bottom: top + number(node, "height"),
        }
    }

    fn meets(self, other: Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn holds(self, other: Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && other.right <= self.right
            && other.bottom <= self.bottom
    }
}

fn number(node: Node<'_, '_>, name: &str) -> i32 {
    node.attribute(name).unwrap().parse().unwrap()
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Node<'a, 'i> {
    node.children().find(|child| child.has_tag_name(name)).unwrap()
}

/// What is written in each area, its lines as one.
fn texts(root: Node<'_, '_>) -> Vec<String> {
    let inner = root.descendants().filter(|node| *node != root && node.has_tag_name("svg"));
    inner.map(|node| lines(node).join(" ")).collect()
}

fn lines(node: Node<'_, '_>) -> Vec<String> {
    node.children().map(|line| line.text().unwrap_or_default().to_owned()).collect()
}

/// The corners that a path has, its bends included.
fn path(text: &str) -> Vec<(i32, i32)> {
    let spaced: String = text.chars().map(|c| if "MLQ".contains(c) { ' ' } else { c }).collect();
    let numbers: Vec<i32> = spaced.split_whitespace().map(|one| one.parse().unwrap()).collect();
    numbers.chunks(2).map(|pair| (pair[0], pair[1])).collect()
}

fn ordered(definition: &Definition) -> Vec<String> {
    let mut stages: Vec<_> = definition.stages().iter().collect();
    stages.sort_by(|a, b| a.order.total_cmp(&b.order));
    stages.into_iter().map(|stage| stage.id.as_str().to_owned()).collect()
}

/// What holds of every picture.
fn examine(definition: &Definition, drawn: &str, current: Option<&str>) {
    let document = Document::parse(drawn).unwrap();
    let root = document.root_element();
    only_harmless(root);
    let page =
        Area { left: 0, top: 0, right: number(root, "width"), bottom: number(root, "height") };

    let groups: Vec<_> =
        root.descendants().filter(|node| node.has_attribute("data-stage")).collect();
    let drawn_stages: Vec<&str> =
        groups.iter().map(|node| node.attribute("data-stage").unwrap()).collect();
    assert_eq!(drawn_stages, ordered(definition));
    let boxes: Vec<Area> = groups.iter().map(|&node| Area::of(child(node, "rect"))).collect();
    let mut areas = Vec::new();
    for (place, &group) in groups.iter().enumerate() {
        let outer: Vec<Area> =
            group.children().filter(|node| node.has_tag_name("rect")).map(Area::of).collect();
        let ring = outer.iter().any(|rect| !boxes[place].holds(*rect));
        assert_eq!(ring, current == Some(drawn_stages[place]));
        let text = group.descendants().find(|node| node.has_tag_name("svg")).unwrap();
        assert!(boxes[place].holds(Area::of(text)));
        assert!((1..=3).contains(&lines(text).len()));
        assert!(!child(group, "title").text().unwrap().trim().is_empty());
        areas.extend(outer.into_iter().max_by_key(|area| area.right - area.left));
    }

    let in_stage =
        |node: &Node<'_, '_>| node.ancestors().any(|one| one.has_attribute("data-stage"));
    let labels = root
        .descendants()
        .filter(|node| *node != root && node.has_tag_name("svg") && !in_stage(node));
    areas.extend(labels.map(Area::of));
    for (place, area) in areas.iter().enumerate() {
        assert!(page.holds(*area), "{area:?} is outside of {page:?}");
        for other in &areas[..place] {
            assert!(!area.meets(*other), "{area:?} lies upon {other:?}");
        }
    }
    links(definition, root, &boxes, page);
}

/// Every move is drawn, from its box to its box, and through none.
fn links(definition: &Definition, root: Node<'_, '_>, boxes: &[Area], page: Area) {
    let order = ordered(definition);
    let place = |id: &str| order.iter().position(|one| one == id).unwrap();
    let mut expected = BTreeSet::new();
    for stage in definition.stages() {
        for transition in definition.transitions_from(&stage.id) {
            expected.insert((stage.id.as_str(), transition.to.as_str(), transition.id.as_str()));
        }
    }
    let groups: Vec<_> =
        root.descendants().filter(|node| node.has_attribute("data-from")).collect();
    let pairs: BTreeSet<_> = expected.iter().map(|&(from, to, _)| (from, to)).collect();
    assert_eq!(groups.len(), pairs.len());
    for group in groups {
        let (from, to) =
            (group.attribute("data-from").unwrap(), group.attribute("data-to").unwrap());
        assert!(pairs.contains(&(from, to)));
        let moves: Vec<_> = definition
            .transitions_from(&StageId::from(from))
            .filter(|one| one.to.as_str() == to)
            .collect();
        let title = child(group, "title").text().unwrap();
        assert_eq!(title.lines().count(), 1 + moves.len(), "{title}");
        assert!(
            moves
                .iter()
                .zip(title.lines().skip(1))
                .all(|(one, line)| one.disabled == line.starts_with('✕')
                    || one.label.text("en").contains('✕'))
        );
        let line = child(group, "path");
        let disabled = moves.iter().all(|one| one.disabled);
        assert_eq!(line.has_attribute("stroke-dasharray"), disabled);
        let direction = definition.direction(&StageId::from(from), &StageId::from(to));
        assert_eq!(group.has_attribute("stroke-opacity"), direction == Direction::Backward);

        let corners = path(line.attribute("d").unwrap());
        let touches = |(x, y): (i32, i32), area: Area| {
            let near = |low: i32, at: i32, high: i32| low - 8 <= at && at <= high + 8;
            near(area.left, x, area.right) && near(area.top, y, area.bottom)
        };
        assert!(touches(corners[0], boxes[place(from)]), "{from} {corners:?}");
        assert!(touches(corners[corners.len() - 1], boxes[place(to)]), "{to} {corners:?}");
        for pair in corners.windows(2) {
            let ((a, b), (c, d)) = (pair[0], pair[1]);
            let along = Area { left: a.min(c), top: b.min(d), right: a.max(c), bottom: b.max(d) };
            assert!(page.holds(along), "{along:?} is outside of {page:?}");
            let through = |area: &Area| {
                along.left < area.right
                    && area.left < along.right
                    && along.top < area.bottom
                    && area.top < along.bottom
            };
            assert!(!boxes.iter().any(through), "{from} to {to} runs through a box: {along:?}");
        }
    }
}

/// No script, no style, no event, no id, no reference.
fn only_harmless(root: Node<'_, '_>) {
    const ATTRIBUTES: &[&str] = &[
        "role",
        "width",
        "height",
        "viewBox",
        "font-family",
        "font-size",
        "text-anchor",
        "fill",
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-opacity",
        "stroke-dasharray",
        "overflow",
        "unicode-bidi",
        "x",
        "y",
        "rx",
        "r",
        "cx",
        "cy",
        "d",
        "data-from",
        "data-to",
        "data-stage",
        "aria-current",
        "aria-label",
    ];
    assert_eq!(root.attribute("role"), Some("img"));
    for node in root.descendants().filter(Node::is_element) {
        let name = node.tag_name();
        assert_eq!(name.namespace(), Some("http://www.w3.org/2000/svg"));
        let known = ["svg", "g", "title", "desc", "path", "rect", "circle", "text"];
        assert!(known.contains(&name.name()), "{name:?}");
        for attribute in node.attributes() {
            assert!(ATTRIBUTES.contains(&attribute.name()), "{attribute:?}");
            assert!(
                attribute.name().starts_with("data-")
                    || attribute.name() == "aria-label"
                    || !attribute.value().contains("url"),
                "{attribute:?}"
            );
        }
    }
}
