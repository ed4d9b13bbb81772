import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The test files that take longest, measured on two cores: they begin first, so that none of them runs alone at the end.
 * A fresh clone knows no durations, and Vitest would go by the size of the files.
 */
const longest = [
	"chaos/oracle/oracle.test.ts",
	"chaos/chaos.test.ts",
	"lib/catalog/embedded/embedded.test.ts",
	"lib/catalog/embedded/sharing.test.ts",
	"lib/storage/http/http.test.ts",
	"lib/sync/scan/compare-folders.test.ts",
	"lib/jobs/sharing.test.ts",
	"lib/operations/backup.test.ts",
	"lib/sync/database-full.test.ts",
	"lib/sync/rules/removals.property.test.ts",
	"lib/catalog/database/pooled-sessions.test.ts",
	"lib/storage/ftp/ftp.test.ts",
	"lib/cli/interruption.test.ts",
	"lib/jobs/batches/batches.test.ts",
	"lib/cli/commands/operation/worker.test.ts",
	"lib/sync/rules/stuck.test.ts",
];

const root = join(import.meta.dirname, "..");

export class LongestFirst extends BaseSequencer {
	/** @throws Error when a file of the list is gone: the list is to be kept true. */
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		const gone = longest.filter((file) => !existsSync(join(root, file)));
		if (gone.length > 0) throw new Error(`e2e/longest-first.ts names files that are gone: ${gone.join(", ")}.`);
		const rank = ({ moduleId }: TestSpecification) => {
			const place = longest.indexOf(relative(root, moduleId));
			return place === -1 ? longest.length : place;
		};
		return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
	}
}
