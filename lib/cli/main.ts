#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Most of a short command's time goes into compiling what it imports: keep that, where the checkout may be written.
enableCompileCache(join(import.meta.dirname, "../../node_modules/.cache/eosync-compiled"));
const { main } = await import("./program.ts");
await main();
