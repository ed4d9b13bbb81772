#!/usr/bin/env node
import "#lib/compile-cache.js";

await import("#lib/jobs/end-with-parent.ts");
const { main } = await import("./program.ts");
await main();
