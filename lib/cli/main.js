#!/usr/bin/env node
import "#lib/compile-cache.js";

const { main } = await import("./program.ts");
await main();
