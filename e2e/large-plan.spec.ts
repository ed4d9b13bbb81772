import { test } from "./journey.ts";
import { Day } from "./large/day.ts";
import { LargeArchive } from "./large/large-archive.ts";
import { largePlan } from "./large/plan-steps.ts";

test("a plan of 2,000 changes is read to its end, applied but for a folder, and seen on its maps", async ({
	page,
	dashboard,
}) => {
	test.setTimeout(300_000);
	const size = { containers: 0, changes: 2000 };
	const large = new LargeArchive(dashboard.archive, size);
	large.addLarge();
	await dashboard.configure(large.largeConfiguration());
	const day = new Day(page, dashboard, large, size);
	await largePlan(day);
	day.end();
});
