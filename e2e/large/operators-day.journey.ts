import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Archive } from "../archive.ts";
import { expect, test as journey, visit } from "../journey.ts";
import { health, problems, rejections, syncAll, trouble } from "./catalogue-steps.ts";
import { count, Day, timed } from "./day.ts";
import { LargeArchive } from "./large-archive.ts";
import { commandMenu, largePlan } from "./plan-steps.ts";
import { sizeOfRun } from "./size.ts";

/** The catalogue of the one test is that of the next; nothing is taken away. */
const test = journey.extend({
	archive: async ({ dashboard }, use) => {
		await use(new Archive(join(mkdtempSync(join(dashboard.archive, "unused-")), "archive")));
	},
});

test("all containers", async ({ page, dashboard }) => {
	const size = sizeOfRun();
	const large = new LargeArchive(dashboard.archive, size);
	const day = new Day(page, dashboard, large, size);

	await day.step("nothing yet", async () => {
		await visit(page, "/");
		for (const container of large.on("alpha").slice(0, 5))
			for (let number = 3; number <= 14; number += 1) large.add(container, number);
		const configured = await timed(() => dashboard.configure(large.configuration()));
		const there = await timed(() => expect(page.locator("[data-cell]")).toHaveCount(size.containers));
		return `${count(size.containers)} containers configured in ${configured}; on the open page ${there} later`;
	});
	await syncAll(day);
	await trouble(day);
	await health(day);
	await problems(day);
	await rejections(day);
	day.end();
});

/** Beside those of the first, which its dashboard still has. */
test("a large plan", async ({ page, dashboard }) => {
	const size = sizeOfRun();
	const large = new LargeArchive(dashboard.archive, { ...size, containers: 0 });
	const day = new Day(page, dashboard, large, size);

	await day.step("a further container", async () => {
		const files = await timed(async () => large.addLarge());
		const file = join(dashboard.archive, "large.yaml");
		writeFileSync(file, JSON.stringify(large.largeConfiguration()));
		const configured = await timed(async () =>
			expect(await dashboard.eosync("configure", file)).toMatchObject({ status: 0 }),
		);
		return `${count(size.changes)} files made in ${files}, configured in ${configured}`;
	});
	await largePlan(day);
	await commandMenu(day);
	day.end();
});
