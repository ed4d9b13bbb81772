import { expect, test } from "vitest";
import { chaos } from "./chaos.ts";

/** `npm run chaos` kills two hundred times. */
const kills = 14;

test("whichever process is killed, whenever: the catalogue is as before or after the run, and the run goes on", {
	timeout: 600_000,
}, async () => {
	const lines: string[] = [];
	const killsByPhase = await chaos({ kills, seed: 20_061_116, say: (line) => lines.push(line) });
	expect(lines).toHaveLength(kills);
	// Not all before they began, nor all when they were over.
	expect(Object.keys(killsByPhase)).toContain("applying");
	expect(Object.keys(killsByPhase).length).toBeGreaterThan(2);
});
