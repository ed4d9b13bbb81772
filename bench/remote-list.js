// As the command line does.
import "#lib/compile-cache.js";

await import("./remote-list.ts");
