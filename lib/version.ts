import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installation } from "./installation.ts";

/** eosync's own. */
export const version: string = JSON.parse(readFileSync(join(installation, "package.json"), "utf8")).version;
