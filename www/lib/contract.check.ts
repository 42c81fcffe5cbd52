// Compiles only while each entry's values are what the contract declares. Never run, never shipped.

import type * as browser from "./browser.js";
import type * as inline from "./inline.js";
import type * as node from "./node.js";
import type * as contract from "./types.js";

type Satisfies<Entry extends typeof contract> = Entry;

export type Entries = [Satisfies<typeof browser>, Satisfies<typeof inline>, Satisfies<typeof node>];
