// The order of a .wasm's functions in which it compresses best: what has one type and begins alike stands together.
// Names tell it to wasm-opt, which moves functions by name and follows all that refers to them.

const FUNCTIONS = 3, CODE = 10;

/**
 * @param {Uint8Array} wasm  as wasm-opt writes it, without a section of names
 * @returns {Buffer} the same, its functions named so that by name they are in the best order
 */
export function namedInOrder(wasm) {
  const bytes = Buffer.from(wasm.buffer, wasm.byteOffset, wasm.byteLength);
  const types = [], bodies = [];
  for (const { id, reader } of sections(bytes)) {
    if (id === FUNCTIONS) reader.each(() => types.push(reader.number()));
    if (id === CODE) reader.each(() => bodies.push(reader.bytes()));
  }
  const order = bodies.map((_, index) => index).sort((a, b) => types[a] - types[b] || Buffer.compare(bodies[a], bodies[b]));
  const imported = WebAssembly.Module.imports(new WebAssembly.Module(wasm)).filter(({ kind }) => kind === "function").length;
  return Buffer.concat([bytes, nameSection(imported, order)]);
}

function* sections(bytes) {
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) yield { id: reader.byte(), reader: new Reader(reader.bytes()) };
}

class Reader {
  constructor(data, at = 0) {
    this.data = data;
    this.at = at;
  }

  byte() {
    return this.data[this.at++];
  }

  /** LEB128. */
  number() {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  bytes() {
    const length = this.number();
    this.at += length;
    return this.data.subarray(this.at - length, this.at);
  }

  each(step) {
    for (let left = this.number(); left > 0; left--) step();
  }
}

/** A custom section "name" whose first part names functions by index, in the index's order. */
function nameSection(imported, order) {
  const rank = new Array(order.length);
  order.forEach((index, place) => { rank[index] = place; });
  const entries = rank.flatMap((place, index) => [...leb(imported + index), ...sized(Buffer.from(String(place).padStart(6, "0")))]);
  return Buffer.from([0, ...sized([...sized(Buffer.from("name")), 1, ...sized([...leb(rank.length), ...entries])])]);
}

const sized = (bytes) => [...leb(bytes.length), ...bytes];
const leb = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...leb(value >> 7)]);
