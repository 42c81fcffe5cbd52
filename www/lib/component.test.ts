// With a real instance that really traps: `boom` is `unreachable`, `one` returns 1.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Glue } from "#glue";
import { loader, type Member } from "./component.js";
import { StagebookError } from "./errors.js";
import type { WasmSource } from "./types.js";
import type { Platform } from "./wasm-source.js";

const HEX = "0061736d0100000001080260000060" + "00017f" + "03030200" + "01" + "070e0204626f6f6d0000036f6e650001" +
  "0a0a02" + "0300000b" + "0400" + "41010b";
const BYTES = Uint8Array.from(HEX.match(/../g)!, (byte) => Number.parseInt(byte, 16));

const response = (type: string, status = 200) =>
  new Response(BYTES, { status, headers: type ? { "content-type": type } : {} });

/** A loader over `own`, and what its instances are asked through. */
function setUp(own: Platform["own"], read: Platform["read"] = () => assert.fail("nothing to read")) {
  const wasm: Record<string, () => unknown>[] = [];
  const createGlue = () => ({
    imports: {},
    init: (instance: WebAssembly.Instance) => wasm.push(instance.exports as (typeof wasm)[number]),
    exports: {},
  }) as unknown as Glue;
  return { load: loader({ own, read }, createGlue), wasm };
}

const member = (heard: unknown[]): Member =>
  ({ shares: undefined, catchUp: async () => {}, die: (cause) => heard.push(cause) });

const isError = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof StagebookError && error.code === code && message.test(error.message);

test("the component is loaded once, by whoever asks first", async () => {
  let fetched = 0;
  const { load, wasm } = setUp(() => { fetched += 1; return response("application/wasm"); });
  const [first, second] = await Promise.all([load(), load()]);
  assert.equal(first, second);
  assert.equal(await load(), first);
  assert.deepEqual([fetched, wasm.length, wasm[0]!.one!()], [1, 1, 1]);
});

test("a failed load is tried again by the next call", async () => {
  let attempts = 0;
  const { load } = setUp(async () => {
    attempts += 1;
    if (attempts === 1) throw new TypeError("Failed to fetch");
    return BYTES;
  });
  await Promise.all([load(), load()].map((call) => assert.rejects(call, isError("wasm-load", /Failed to fetch/))));
  assert.ok(await load());
  assert.equal(attempts, 2);
});

test("every form of source is taken", async () => {
  const sources: Record<string, () => WasmSource> = {
    "a URL": () => new URL("https://host.example/a.wasm"),
    "a string": () => "a.wasm",
    "a response with the right type": () => response("application/wasm"),
    "a response with another type": () => response("application/octet-stream"),
    "a response whose type has parameters": () => response("application/wasm; charset=utf-8"),
    "a promised response": () => Promise.resolve(response("application/wasm")),
    "a buffer": () => BYTES.slice().buffer,
    "a view": () => new Uint8Array([9, ...BYTES]).subarray(1),
    "a module": () => new WebAssembly.Module(BYTES),
  };
  for (const [name, source] of Object.entries(sources)) {
    const { load, wasm } = setUp(() => assert.fail(name), async () => response("application/wasm"));
    await load(source());
    assert.equal(wasm[0]!.one!(), 1, name);
  }
});

test("a missing file is said as such", async () => {
  await assert.rejects(setUp(() => response("text/html", 404)).load(), isError("wasm-load", /answered 404/));
});

test("bytes that are no component are wasm-load", async () => {
  await assert.rejects(setUp(async () => new Uint8Array([1, 2, 3])).load(), isError("wasm-load", /\S/));
});

test("a Content-Security-Policy that forbids WebAssembly is wasm-blocked, whatever the engine calls it", async () => {
  const said = [
    "WebAssembly.compileStreaming(): Compiling or instantiating WebAssembly module violates the following Content Security Policy directive",
    "call to WebAssembly.compileStreaming() blocked by CSP",
    "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script",
  ];
  for (const message of said) {
    const { load } = setUp(async () => { throw new WebAssembly.CompileError(message); });
    await assert.rejects(load(undefined, "en"), isError("wasm-blocked", /'wasm-unsafe-eval'/));
  }
});

test("an unused response that fails later is nobody's unhandled rejection", async () => {
  const { load } = setUp(async () => BYTES);
  await load();
  await load(Promise.reject(new Error("unused")));
});

test("a trap kills the instance and tells its books; nothing of it runs again; the next call makes another", async () => {
  const { load, wasm } = setUp(async () => BYTES);
  const heard: unknown[] = [];
  const first = await load();
  first.join(member(heard));
  assert.throws(() => wasm[0]!.boom!(), WebAssembly.RuntimeError);
  assert.ok(first.dead && heard[0] instanceof WebAssembly.RuntimeError);
  assert.equal(wasm[0]!.one!(), undefined);

  const second = await load();
  assert.notEqual(second, first);
  assert.equal(wasm[1]!.one!(), 1);
  assert.ok(!second.dead);
});
