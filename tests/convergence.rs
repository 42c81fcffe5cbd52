//! Devices that work apart and meet again: whatever was delivered late, twice, in another order or
//! not at all for a while, with clocks hours apart and erasures in between, all of them come to the
//! same book, to the byte; and so does a new device that an export is brought to. In some schedules
//! two devices' clocks are days ahead for a while, again and again.
//!
//! A schedule is made from its seed alone. `STAGEBOOK_SCHEDULES` says how many are run,
//! `STAGEBOOK_SEED` the first; what fails prints its seed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use futures::executor::block_on;
use stagebook::command::{Command, CommandOptions, Completion, PendingChanges};
use stagebook::engine::Engine;
use stagebook::error::{BatchFault, Fault};
use stagebook::ids::ContactId;
use stagebook::ledger::{Line, Name, Pseudonyms, Verifier};
use stagebook::project::{ConflictKind, PendingStatus, Status};
use stagebook::store::{MemoryStore, Table};
use stagebook::sync::Batch;
use std::cell::Cell;
use std::collections::BTreeMap;
use support::commands::{comment, create_named, erase, go, log, message, pending, plan, rename};
use support::database::{bytes_of, everything, export, history, records, row_bytes};
use support::{Clock, Setup, boss, fault, mix, run};

const CONTACTS: [&str; 4] = ["c0", "c1", "c2", "c3"];
const DAY: i64 = 24 * 3_600_000;
const MOVES: [&str; 9] =
    ["begin", "begin", "back", "win", "lose", "park", "resume", "retry", "stay"];

/// Numbers from a seed.
struct Chance(Cell<u64>);

impl Chance {
    fn below(&self, end: usize) -> usize {
        self.0.set(self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
        (mix(self.0.get()) % end as u64) as usize
    }

    fn one_in(&self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// A device: its book, its database, its clock, and how far it has read each other device.
struct Device {
    book: Engine<MemoryStore>,
    store: MemoryStore,
    clock: Clock,
    setup: Setup,
    read: BTreeMap<usize, String>,
    /// Whether its clock jumps,
    jumps: bool,
    /// and how far ahead it is now.
    ahead: i64,
    /// The profile as it once was.
    backup: Option<(MemoryStore, u64)>,
}

async fn device(chance: &Chance, number: usize) -> Device {
    let mut setup = Setup::sales();
    setup.clock = Clock::at("2026-03-09T14:05:00Z");
    // Some clocks are hours wrong, none a whole day.
    setup.clock.advance((chance.below(20) as i64 - 10) * 3_600_000);
    setup.handles.set(1_000 * number as u64 + chance.below(1_000) as u64 * 1_000_000);
    let (book, store) = setup.fresh().await;
    let (clock, read) = (setup.clock.clone(), BTreeMap::new());
    Device { book, store, clock, setup, read, jumps: false, ahead: 0, backup: None }
}

/// The clock runs ahead, less far ahead, or is right again. Two that are equally wrong take each other's
/// entries in.
fn jump(device: &mut Device, chance: &Chance) {
    let ahead = chance.of(&[0, 0, 0, DAY, 3 * DAY, 3 * DAY, 9 * DAY, 30 * DAY]);
    device.clock.advance(ahead - std::mem::replace(&mut device.ahead, ahead));
}

/// All clocks show one time, to which everything that waits for its time has come.
async fn agree(devices: &mut [Device]) {
    let latest = devices.iter().map(|device| device.clock.now().millis()).max().unwrap();
    for device in devices {
        device.clock.advance(latest + 32 * DAY - device.clock.now().millis());
        // Whatever comes has what waits looked at again.
        for batch in device.book.changes(None, None).await.unwrap().batches {
            device.book.apply(&batch).await.unwrap();
        }
    }
}

/// Something that a user does. What the rules refuse is no fault here.
async fn act(device: &Device, chance: &Chance, n: usize) {
    let contact = chance.of(&CONTACTS);
    device.clock.advance(chance.below(400_000) as i64);
    let id = || ContactId::new(contact);
    let command = match chance.below(34) {
        0..=3 => create_named(contact, &format!("name {n}")),
        4..=7 => rename(contact, &format!("name {n}")),
        8..=10 => comment(contact, &format!("comment {n}")),
        11..=14 => plan(contact, pending("letter", n.is_multiple_of(2))),
        15..=17 => log(contact, chance.of(&["call", "letter", "visit"])),
        18..=22 => go(contact, chance.of(&MOVES)),
        23 => message(contact, &format!("message {n}")),
        24 => Command::Archive { contact: id(), reason: None },
        25 => Command::Restore { contact: id() },
        26 if chance.one_in(4) => erase(contact),
        27 => Command::Revert { contact: id(), note: None },
        _ => match of_pending(device, contact, chance).await {
            Some(command) => command,
            None => return,
        },
    };
    let done = device.book.run(&boss(), command, CommandOptions::default()).await;
    if let Err(error) = done {
        let refused = matches!(
            *error,
            Fault::NotFound(_) | Fault::Refused { .. } | Fault::Conflict(_) | Fault::Invalid(_)
        );
        assert!(refused, "{error:?}");
    }
}

async fn of_pending(device: &Device, contact: &str, chance: &Chance) -> Option<Command> {
    let loaded = device.book.contact(&contact.into()).await.unwrap();
    let all: Vec<_> = loaded.state.pending.iter().collect();
    if all.is_empty() {
        return None;
    }
    let (id, one) = chance.of(&all);
    let pending = id.to_string();
    let open = one.status == PendingStatus::Open;
    Some(match chance.below(6) {
        0 | 1 if open => Command::Complete { pending, input: Completion::default() },
        2 if open => Command::Cancel { pending, reason: None },
        3 if !open => Command::Reopen { pending },
        4 => Command::Acknowledge { pending },
        _ => {
            let description = Some(Some(format!("changed {}", chance.below(1_000))));
            let changes = PendingChanges { description, ..PendingChanges::default() };
            Command::Update { pending, changes }
        }
    })
}

/// A batch on its way.
struct Letter {
    to: usize,
    batch: Batch,
}

/// One device reads what another has. With a crash it forgets that it did.
async fn fetch(devices: &mut [Device], to: usize, from: usize, chance: &Chance) -> Vec<Letter> {
    let cursor = devices[to].read.get(&from).cloned();
    let limit = 1 + chance.below(40) as u32;
    let changes = devices[from].book.changes(cursor.as_deref(), Some(limit)).await.unwrap();
    if !chance.one_in(8) {
        devices[to].read.insert(from, changes.cursor);
    }
    changes.batches.into_iter().map(|batch| Letter { to, batch }).collect()
}

/// Hands a batch over. One that comes too early is lost; whoever lacks it asks again from the start.
async fn hand_over(devices: &mut [Device], letter: &Letter) {
    let device = &mut devices[letter.to];
    match fault(&device.book.apply(&letter.batch).await) {
        None => {}
        Some(Fault::Batch(BatchFault::Gap { .. } | BatchFault::Fork)) => device.read.clear(),
        Some(fault) => panic!("{fault:?}: {:?}", letter.batch),
    }
}

/// Work and deliveries in one random order.
async fn live(devices: &mut [Device], commands: usize, chance: &Chance) {
    let mut letters: Vec<Letter> = Vec::new();
    let mut apart = 0;
    for n in 0..commands {
        let who = chance.below(devices.len());
        act(&devices[who], chance, n).await;
        if chance.one_in(60) {
            apart = chance.below(1 << devices.len());
        }
        if chance.one_in(3) {
            let (to, from) = (chance.below(devices.len()), chance.below(devices.len()));
            if to != from && (apart >> to) & 1 == (apart >> from) & 1 {
                letters.extend(fetch(devices, to, from, chance).await);
            }
        }
        if !letters.is_empty() && chance.one_in(2) {
            let at = chance.below(letters.len());
            hand_over(devices, &letters[at]).await;
            // Some come a second time.
            if !chance.one_in(6) {
                letters.swap_remove(at);
            }
        }
        if chance.one_in(25) {
            devices[who].book.compact().await.unwrap();
        }
        if devices[who].jumps && chance.one_in(12) {
            jump(&mut devices[who], chance);
        }
        // What waits elsewhere, and this device has sealed again, a backup would have again.
        if chance.one_in(100) && !devices[who].jumps {
            let device = &mut devices[who];
            device.backup = Some((device.store.snapshot(), device.book.size().1));
        }
        if chance.one_in(20) && devices[who].backup.is_some() {
            restore(devices, who, &mut letters, chance).await;
        }
        if chance.one_in(60) {
            let Device { book, store, setup, .. } = &mut devices[who];
            book.close().await;
            *book = setup.open(store.clone()).await.unwrap();
        }
    }
    for letter in &letters {
        hand_over(devices, letter).await;
    }
}

/// A profile is put back to what it once was, and is worked on before it hears what the others have of
/// it; what it had on the way to others is lost with it.
async fn restore(devices: &mut [Device], who: usize, letters: &mut Vec<Letter>, chance: &Chance) {
    let replica = devices[who].book.size().0;
    // What waits for its time elsewhere is not told, and would come when the log has gone on.
    for other in devices.iter() {
        let waiting = records(&other.store, Table::Quarantine).await;
        if waiting.iter().any(|record| record.key.starts_with(replica.as_str())) {
            return;
        }
    }
    let device = &mut devices[who];
    let Some((store, size)) = device.backup.take() else { return };
    device.book.close().await;
    device.store = store;
    device.book = device.setup.open(device.store.clone()).await.unwrap();
    device.read.clear();
    letters.retain(|letter| letter.batch.replica != replica || letter.batch.end() <= size);
    for n in 0..chance.below(6) {
        act(&devices[who], chance, 10_000 + n).await;
    }
    for from in (0..devices.len()).filter(|from| *from != who) {
        let changes = devices[from].book.changes(None, Some(5_000)).await.unwrap();
        for batch in changes.batches {
            hand_over(devices, &Letter { to: who, batch }).await;
        }
    }
}

/// Everybody reads everybody, until nobody has anything new.
async fn meet(devices: &mut [Device]) {
    for device in devices.iter_mut() {
        device.read.clear();
    }
    loop {
        let mut news = 0;
        for to in 0..devices.len() {
            for from in (0..devices.len()).filter(|from| *from != to) {
                let cursor = devices[to].read.get(&from).cloned();
                let changes = devices[from].book.changes(cursor.as_deref(), None).await.unwrap();
                for batch in &changes.batches {
                    news += devices[to].book.apply(batch).await.unwrap().applied;
                }
                devices[to].read.insert(from, changes.cursor);
            }
        }
        if news == 0 {
            return;
        }
    }
}

/// All that a device answers, as text.
async fn told(device: &Device) -> Vec<String> {
    let mut told = Vec::new();
    for contact in CONTACTS {
        let id = ContactId::new(contact);
        let mut state = device.book.contact(&id).await.unwrap().state.clone();
        // Of this device alone.
        state.version = 0;
        told.push(bytes_of(&state));
        let rows = history(&device.book, &id, 500).await;
        told.extend(rows.iter().map(|row| row_bytes(row)));
    }
    let conflicts = device.book.conflicts(None).await.unwrap();
    // What was lost to an erasure is known where it was lost.
    let shared = conflicts.iter().filter(|(_, one)| one.kind != ConflictKind::Erased);
    told.extend(shared.map(|one| format!("{one:?}")));
    told.push(format!("{}", device.book.size().2));
    told
}

/// Every log of a device, checked line by line.
async fn assert_sound(device: &Device) {
    device.book.compact().await.unwrap();
    let mut logs: BTreeMap<String, Verifier> = BTreeMap::new();
    for segment in records(&device.store, Table::Log).await {
        for line in segment.value.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let replica = Line::parse(line).unwrap().header.replica;
            let name = || Name { book: "crm".to_owned(), replica: replica.clone() };
            let new = || Verifier::new(name(), &[]);
            logs.entry(replica.to_string()).or_insert_with(new).line(line);
        }
    }
    for (_, verifier) in logs {
        let report = verifier.finish(None);
        assert!(report.first_bad.is_none() || report.missing > 0, "{report:?}");
    }
}

/// Nothing of an erased contact is left anywhere.
async fn assert_erased(device: &Device) {
    let all = String::from_utf8(everything(&device.store).await).unwrap();
    for contact in CONTACTS {
        let state = device.book.contact(&contact.into()).await.unwrap().state.clone();
        if state.status == Status::Erased {
            let name = Pseudonyms::new("crm", "").contact(&contact.into());
            let (id, about) =
                (format!("\"contact\":\"{contact}\""), format!("\"contact\":\"{name}\""));
            let left = all.lines().filter(|line| {
                let whole = line.starts_with("{\"body\"") && line.contains(&about);
                line.contains(&id) || (whole && !line.contains("\"contact.erased\""))
            });
            let left: Vec<&str> = left.collect();
            assert!(left.is_empty(), "{contact} is left: {left:#?}");
        }
    }
}

/// Another tab on the device's profile.
async fn other(device: &Device) -> Engine<MemoryStore> {
    device.setup.open(device.store.clone()).await.unwrap()
}

/// A new device that takes an export in, piece by piece, while its tab crashes, its user saves, and
/// another tab is opened, saves and compacts.
async fn import(export: &str, from: &Device, chance: &Chance) -> Device {
    let mut device = device(chance, 9).await;
    device.clock.advance(from.clock.now().millis() - device.clock.now().millis());
    let lines: Vec<&str> = export.split_inclusive('\n').collect();
    let mut left = lines.as_slice();
    while !left.is_empty() {
        let (piece, rest) = left.split_at(left.len().min(1 + chance.below(150)));
        left = rest;
        device.book.bring(piece.concat().as_bytes(), chance.one_in(9)).await.unwrap();
        match chance.below(24) {
            0 | 1 => device.book = other(&device).await,
            2 | 3 => _ = run(&device.book, create_named("own", "saved meanwhile")).await,
            4 => _ = run(&other(&device).await, create_named("other", "x")).await,
            5 => other(&device).await.compact().await.unwrap(),
            6 => device.book.compact().await.unwrap(),
            7 => device.book.refresh().await.unwrap(),
            // The whole from its beginning.
            8 if chance.one_in(3) => left = lines.as_slice(),
            _ => {}
        }
    }
    if chance.one_in(3) {
        device.book = other(&device).await;
    }
    device.book.bring(&[], true).await.unwrap();
    device
}

/// What came about: without it the schedules would prove nothing.
#[derive(Debug, Default)]
struct Seen {
    rows: usize,
    conflicts: usize,
    erased: usize,
    superseded: usize,
    forks: usize,
    lost: usize,
    resealed: usize,
    copies: usize,
}

async fn look(device: &Device, seen: &mut Seen) {
    for contact in CONTACTS {
        let id = ContactId::new(contact);
        let erased = device.book.contact(&id).await.unwrap().state.status == Status::Erased;
        seen.erased += usize::from(erased);
        let rows = history(&device.book, &id, 500).await;
        seen.rows += rows.len();
        let all = &device.book.contact(&id).await.unwrap().rows;
        seen.copies += all.iter().filter(|row| row.copy).count();
        seen.superseded += rows.iter().filter(|row| row.superseded_by.is_some()).count();
    }
    for (_, conflict) in device.book.conflicts(None).await.unwrap() {
        match conflict.kind {
            ConflictKind::Erased => seen.lost += 1,
            _ => seen.conflicts += 1,
        }
    }
    let retired = records(&device.store, Table::Retired).await.len();
    *if device.jumps { &mut seen.resealed } else { &mut seen.forks } += retired;
}

async fn schedule(seed: u64, commands: usize, seen: &mut Seen) {
    let chance = Chance(Cell::new(mix(seed)));
    let mut devices = Vec::new();
    for number in 0..3 + chance.below(4) {
        devices.push(device(&chance, number).await);
    }
    for device in devices.iter_mut().take(2) {
        device.jumps = seed.is_multiple_of(2);
    }
    live(&mut devices, commands, &chance).await;
    agree(&mut devices).await;
    meet(&mut devices).await;
    let expected = told(&devices[0]).await;
    for device in &devices[1..] {
        let found = told(device).await;
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "seed {seed}");
        }
        assert_eq!(found.len(), expected.len(), "seed {seed}");
    }
    let brought = import(&export(&devices[0].book).await, &devices[0], &chance).await;
    let (found, same) = (told(&brought).await, expected.len() - 1);
    for (found, expected) in found.iter().zip(&expected[..same]) {
        assert_eq!(found, expected, "seed {seed}, imported");
    }
    devices.push(brought);
    for device in &devices {
        assert_sound(device).await;
        assert_erased(device).await;
        look(device, seen).await;
    }
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}

#[test]
fn devices_that_hold_the_same_entries_have_the_same_book_to_the_byte() {
    let (first, count) = (number("STAGEBOOK_SEED", 1), number("STAGEBOOK_SCHEDULES", 60));
    let commands = number("STAGEBOOK_COMMANDS", 200) as usize;
    let mut seen = Seen::default();
    for seed in first..first + count {
        let run = std::panic::AssertUnwindSafe(|| block_on(schedule(seed, commands, &mut seen)));
        std::panic::catch_unwind(run).unwrap_or_else(|_| panic!("STAGEBOOK_SEED={seed} fails"));
    }
    eprintln!("{count} schedules of {commands} commands: {seen:?}");
    if count >= 50 {
        let Seen { rows, conflicts, erased, superseded, forks, lost, resealed, copies } = seen;
        let all = [rows, conflicts, erased, superseded, forks, resealed, copies];
        assert!(all.iter().all(|n| *n > 0), "{lost}");
    }
}
