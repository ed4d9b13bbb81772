/**
 * The tests that may be tried again. A retry hides a race, so there is none unless it is listed here; a test that passes at
 * another try without standing here fails the gate. Leases, helping, the loss of the database and live events never stand
 * here: a flaky test of those is a fault of the product.
 */

export interface RetriedTest {
	/** Path from the project's root. */
	readonly file: string;
	/** The full name, as the runner prints it. */
	readonly name: string;
	/** Since when, ISO 8601. */
	readonly since: string;
	readonly reason: string;
	/** The file at fault: a change of it should check whether the retry is still needed. */
	readonly owner: string;
}

export const retriedTests: readonly RetriedTest[] = [];

/** Tests of these files are never tried again. */
const neverRetried = [
	/^lib\/catalog\/(database|embedded|runs)\//,
	/^lib\/sync\/share\//,
	/^lib\/sync\/(database-|run-lease)/,
	/^lib\/jobs\/(connections|end-with-parent|events|live|many-|overflow|requests|sharing|supervise|worker)/,
	/^lib\/cli\/(interruption|worker)/,
	/^chaos\//,
	/^e2e\/(killed|live|under-way)/,
];

export function mayBeRetried(file: string): boolean {
	return !neverRetried.some((pattern) => pattern.test(file));
}
