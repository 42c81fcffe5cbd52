import assert from "node:assert/strict";
import { test } from "node:test";
import { dayOrTime, timeReader, type TimeOptions } from "./time.js";

const read = (text: string, options?: TimeOptions) => timeReader(options)(text);

test("what is RFC 3339 stays as it is", () => {
  for (const text of ["2012-02-29T23:51:16.799+01:00", "2012-02-29T23:51:16Z", "2012-02-29T23:51:16.123456789-00:30"]) {
    assert.equal(read(text).text, text);
  }
  assert.equal(read("2012-02-29T23:51:16.799+01:00").ms, Date.UTC(2012, 1, 29, 22, 51, 16, 799));
});

test("what XML Schema, ISO 8601 and spreadsheets allow becomes RFC 3339", () => {
  const pairs: [string, string][] = [
    ["2012-02-29T23:51:16.799", "2012-02-29T23:51:16.799Z"],
    ["2012-02-29T23:51:16+0100", "2012-02-29T23:51:16+01:00"],
    ["2012-02-29 23:51", "2012-02-29T23:51:00Z"],
    ["2012-02-29 3:05", "2012-02-29T03:05:00Z"],
    [" 2012-02-29t23:51:16,5z ", "2012-02-29T23:51:16.5Z"],
    ["2012-02-29T23:51:16.1234567890123Z", "2012-02-29T23:51:16.123456789Z"],
    ["2012-02-29", "2012-02-29T00:00:00Z"],
    ["2012-02-28T24:00:00+02:00", "2012-02-29T00:00:00+02:00"],
    ["2012-12-31T24:00:00", "2013-01-01T00:00:00Z"],
    ["2012/2/9 10:00", "2012-02-09T10:00:00Z"],
  ];
  for (const [text, expected] of pairs) assert.equal(read(text).text, expected, text);
});

test("what is no time stays as it is, without an instant", () => {
  for (const text of ["", "soon", "2012-13-01T00:00:00", "2012-02-29T25:00:00", "29/02/2012", "1330552276", "12012-02-29T00:00:00Z", "-0044-03-15T00:00:00Z"]) {
    assert.deepEqual(read(text), { text, ms: NaN }, text);
  }
});

test("the order of day and month is taken where it is said", () => {
  assert.equal(read("03/04/2026", { dayOrder: "dmy" }).text, "2026-04-03T00:00:00Z");
  assert.equal(read("03/04/2026 9:05:07", { dayOrder: "mdy" }).text, "2026-03-04T09:05:07Z");
  assert.equal(read("3.4.2026 14:30", { dayOrder: "dmy", timeZone: "+02:00" }).text, "2026-04-03T14:30:00+02:00");
});

test("a time without offset is that of the zone, summer and winter", () => {
  const rome = timeReader({ timeZone: "Europe/Rome" });
  assert.equal(rome("2026-01-15 12:00").text, "2026-01-15T12:00:00+01:00");
  assert.equal(rome("2026-07-15 12:00").text, "2026-07-15T12:00:00+02:00");
  assert.equal(rome("2026-03-29 01:59").text, "2026-03-29T01:59:00+01:00");
  assert.equal(rome("2026-03-29 03:00").text, "2026-03-29T03:00:00+02:00");
  assert.equal(rome("2026-10-25 02:30").text, "2026-10-25T02:30:00+02:00");
  assert.equal(rome("2026-10-25 03:00").text, "2026-10-25T03:00:00+01:00");
  assert.equal(rome("2026-07-15T12:00:00Z").text, "2026-07-15T12:00:00Z");
  assert.equal(timeReader({ timeZone: "America/St_Johns" })("2026-01-15").text, "2026-01-15T00:00:00-03:30");
});

test("a day stays a day where a day is meant", () => {
  const options: TimeOptions = { dayOrder: "dmy" };
  const reader = timeReader(options);
  assert.equal(dayOrTime("9/3/2026", reader, options), "2026-03-09");
  assert.equal(dayOrTime("2026-03-09", reader, options), "2026-03-09");
  assert.equal(dayOrTime("2026-03-09 10:00", reader, options), "2026-03-09T10:00:00Z");
});
