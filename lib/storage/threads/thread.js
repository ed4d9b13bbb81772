import { workerData } from "node:worker_threads";
import "#lib/compile-cache.js";

/** Where every thread of a `ThreadPool` begins: each would compile its imports anew. */
await import(workerData.module);
