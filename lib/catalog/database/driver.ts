import postgres from "postgres";
import { EosyncError } from "#lib/errors.ts";
import { driverRevision } from "./driver-edits.js";

/**
 * postgres.js as eosync corrected it: the only way to the driver. As installed, statements may wait for ever, or the process
 * end, when the server ends under it; so any other is refused before its first statement.
 * @throws EosyncError `driver-not-corrected`.
 */
export function correctedDriver(): typeof postgres {
	requireCorrected(postgres);
	return postgres;
}

/** @throws EosyncError `driver-not-corrected`. */
export function requireCorrected(driver: object): void {
	const revision = "eosync" in driver ? String(driver.eosync) : null;
	if (revision === driverRevision) return;
	throw new EosyncError(
		"driver-not-corrected",
		`The PostgreSQL driver in node_modules ${revision === null ? "lacks eosync's corrections" : "has the corrections of another eosync"}, and statements could wait for ever: run \`npm run postinstall\` in eosync's folder (npm ci --ignore-scripts leaves it out).`,
	);
}
