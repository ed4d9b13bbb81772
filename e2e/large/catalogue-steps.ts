import { expect, reload, visit } from "../journey.ts";
import { count, type Day, since, timed } from "./day.ts";
import type { SmallContainer } from "./large-archive.ts";

/** The steps with all containers: a batch of them, Health, the causes, the rejected files. */

export async function syncAll(day: Day): Promise<void> {
	const { page, dashboard, size } = day;
	const all = count(size.containers);
	const bar = page.getByRole("region", { name: "Batch under way" });
	const progress = page.getByRole("region", { name: "Progress" });

	await day.step("Containers, never synced", async () => {
		const there = await timed(async () => {
			await visit(page, "/containers");
			await expect(page.getByRole("button", { name: `Sync all ${all}`, exact: true })).toBeEnabled();
		});
		await page.getByRole("searchbox").fill("C000");
		const these = page.getByRole("button", { name: /^Sync these/ });
		await expect(these).toHaveText("Sync these 9");
		await page.getByRole("searchbox").fill("");
		return `there after ${there}; with a filter “Sync these 9”`;
	});

	await day.step("Sync all is a batch, paused", async () => {
		await page.getByRole("button", { name: `Sync all ${all}`, exact: true }).click();
		await expect(bar).toContainText(new RegExp(`Sync all by Ada: [1-9]\\d* of ${all}`));
		const running = await bar.getByRole("paragraph").textContent();
		const paused = await timed(async () => {
			await bar.getByRole("button", { name: "Pause" }).click();
			await expect(bar.getByRole("button", { name: "Resume" })).toBeVisible();
		});
		await bar.getByRole("link", { name: /^Sync all by / }).click();
		await expect(page.getByRole("heading", { name: /^Batch \d+$/ })).toBeVisible();
		await expect(page.getByRole("list", { name: "Containers by outcome" })).not.toContainText("running");
		const before = await progress.getByText(/ of /).first().textContent();
		await page.waitForTimeout(3000);
		await expect(progress.getByText(/ of /).first()).toHaveText(before ?? "");
		return `“${running}”; paused in ${paused}, after 3 s still “${before}”`;
	});

	await day.step("the batch resumed, its rest cancelled", async () => {
		const main = page.getByRole("main");
		await main.getByRole("button", { name: "Resume" }).click();
		const enough = Math.floor(size.containers / 10);
		const done = async () =>
			Number(/([\d,]+) of /.exec((await progress.textContent()) ?? "")?.[1]?.replaceAll(",", ""));
		await expect.poll(done, { timeout: 600_000 }).toBeGreaterThan(enough);
		await main.getByRole("button", { name: "Cancel the rest" }).click();
		const leave = page.getByRole("dialog").getByRole("button", { name: /^Leave out [\d,]+ containers$/ });
		await leave.click();
		await expect(page.getByText("cancelled", { exact: true }).first()).toBeVisible();
		await reload(page);
		await expect(progress).toContainText(/[\d,]+ left out by Ada/);
		await page.getByRole("button", { name: "left out", exact: true }).click();
		await expect(
			page.getByRole("table", { name: "Containers of the batch" }).getByText("left out").first(),
		).toBeVisible();
		return `“${await progress.getByText(/ of /).first().textContent()}”`;
	});

	await day.step("Health while a console syncs the rest", async () => {
		await visit(page, "/");
		const command = dashboard.eosync("sync", "--all");
		await expect(page.getByText(/ being synced/)).toBeVisible();
		const midway = await page.getByRole("main").getByRole("paragraph").first().textContent();
		expect(await command).toMatchObject({ status: 0 });
		const over = performance.now();
		await expect(
			page.getByText(new RegExp(`^The catalogue is true as of .*: ${all} containers in sync`)),
		).toBeVisible();
		return `meanwhile “${midway}”; true ${since(over)} after the command's end`;
	});
}

/** A storage dies, some containers shrink too much, some get files that are no pictures, some new ones. */
export async function trouble(day: Day): Promise<void> {
	const { page, dashboard, archive } = day;
	const shrinking = archive.on("alpha").slice(0, 5);
	const rejecting = archive.on("beta").slice(0, 20);
	const growing = archive.on("delta").slice(0, 30);
	const idsOf = (containers: readonly SmallContainer[]) => containers.map(({ id }) => id);
	await day.step("a storage dies, and more happens, while Health is looked at", async () => {
		for (const container of shrinking)
			for (let number = 3; number <= 14; number += 1) archive.remove(container, number);
		for (const container of rejecting)
			for (let number = 1; number <= 3; number += 1) archive.addBroken(container, number);
		for (const container of growing) archive.add(container, 3);
		archive.die("gamma");
		const touched = [...archive.on("gamma"), ...shrinking, ...rejecting, ...growing];
		const { status } = await dashboard.eosync("sync", ...idsOf(touched));
		expect(status).not.toBe(0);
		for (const container of growing) archive.add(container, 4);
		expect(await dashboard.eosync("check", ...idsOf(growing))).toMatchObject({ status: 0 });
		const over = performance.now();
		const sentence = page.getByRole("paragraph").filter({ hasText: "containers are not in step" });
		const wanted = await day.states();
		for (const state of ["held", "failed", "out of sync"])
			await expect(sentence).toContainText(`${count(wanted.get(state) ?? 0)} ${state}`);
		return `“${await sentence.textContent()}”, as the command line has it, ${since(over)} after the last command's end`;
	});
}

export async function health(day: Day): Promise<void> {
	const { page, size, archive } = day;
	const cells = page.locator("[data-cell]");

	await day.step("Health", async () => {
		const began = performance.now();
		await page.goto("/");
		await expect(page.getByText(/containers are not in step/)).toBeVisible();
		const sentence = since(began);
		await expect(cells).toHaveCount(size.containers);
		const there = since(began);
		await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible();
		const counts = await day.states();
		const shown = await cells.evaluateAll((all) =>
			all.map((cell) => cell.querySelector("svg")?.getAttribute("aria-label") ?? ""),
		);
		for (const [state, number] of counts)
			expect(shown.filter((label) => label.includes(`: ${state}.`))).toHaveLength(number);
		const causes = await page.getByRole("list", { name: "Open problems" }).getByRole("link").allTextContents();
		return `the sentence after ${sentence}, ${count(size.containers)} cells after ${there}; cells by state ${[...counts].map(([state, number]) => `${count(number)} ${state}`).join(", ")}; problems: ${causes.join(" | ")}`;
	});

	await day.step("Health by the keyboard", async () => {
		await expect(page.locator("[data-cell][tabindex='0']")).toHaveCount(1);
		await cells.first().focus();
		const took = await timed(async () => {
			for (const key of ["ArrowRight", "ArrowRight", "ArrowDown", "End"]) await page.keyboard.press(key);
			await expect(cells.last()).toBeFocused();
		});
		const name = await cells.last().getAttribute("data-cell");
		await page.keyboard.press("Enter");
		await expect(page).toHaveURL(`/containers/${name}`);
		const back = await timed(async () => {
			await page.goBack();
			await expect(cells).toHaveCount(size.containers);
		});
		return `four keys to the last cell in ${took}; Enter opens ${name}; Back, ${count(size.containers)} cells again after ${back}`;
	});

	await day.step("Health by title, then as a list", async () => {
		const regrouped = await timed(async () => {
			await page.getByLabel("Group by").selectOption("Title prefix");
			await expect(page.getByRole("region", { name: "Landsat" })).toBeVisible();
		});
		const rows = page.getByRole("table", { name: "Containers" }).getByRole("row");
		const listed = await timed(async () => {
			await page.getByRole("button", { name: "As a list" }).click();
			await expect(rows.nth(1)).toContainText(archive.on("alpha")[0]?.id ?? "");
		});
		const first = await rows.nth(1).textContent();
		await page.goBack();
		await expect(page.getByRole("region", { name: "Landsat" })).toBeVisible();
		await page.goBack();
		await expect(page.getByRole("region", { name: "gamma" })).toBeVisible();
		return `grouped in ${regrouped}, listed in ${listed}, first “${first}”; Back twice, by storage again`;
	});
}

export async function problems(day: Day): Promise<void> {
	const { page, archive } = day;
	const dead = archive.on("gamma").length;
	await day.step("Problems by cause", async () => {
		const line = page.getByRole("listitem").filter({ hasText: "Storage gamma" });
		const there = await timed(async () => {
			await visit(page, "/problems");
			await expect(line).toHaveCount(1);
			await expect(line).toContainText(`${count(dead)} containers`);
		});
		const text = await line.getByRole("button", { name: /^Storage gamma/ }).textContent();
		await line.getByRole("button", { name: "Test gamma" }).click();
		await expect(line.getByText(/ENOENT/).first()).toBeVisible();
		await line.getByRole("button", { name: /^Storage gamma/ }).click();
		await line.getByRole("link", { name: `Show all ${count(dead)} in the list of containers` }).click();
		await expect(page.getByRole("button", { name: `Sync these ${count(dead)}` })).toBeEnabled();
		await page.goBack();
		await expect(line).toHaveCount(1);
		return `one line after ${there}: “${text}”; tested; its ${count(dead)} containers in the list; Back`;
	});
}

export async function rejections(day: Day): Promise<void> {
	const { page } = day;
	await day.step("Rejections", async () => {
		const reason = page.getByRole("list", { name: "Reasons" }).getByRole("button", { name: / containers?, / });
		const there = await timed(async () => {
			await visit(page, "/rejections");
			await expect(reason).toHaveCount(1);
		});
		await expect(reason).toContainText("60 files in 20 containers");
		const text = await reason.textContent();
		await reason.click();
		const folder = page.getByRole("list", { name: "Folders" }).getByRole("button", { name: /3 files/ });
		await folder.first().click();
		await expect(page.getByRole("region", { name: /^Rejected files of / }).getByRole("listitem")).toHaveCount(3);
		return `one reason after ${there}: “${text}”, its folders and files`;
	});
}
