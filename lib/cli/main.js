#!/usr/bin/env node
import "../compile-cache.js";

const { main } = await import("./program.ts");
await main();
