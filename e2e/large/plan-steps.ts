import { maxFootprints } from "#lib/catalog/datasets/footprints.ts";
import { expect, visit } from "../journey.ts";
import { count, type Day, since, timed, watch } from "./day.ts";
import { large } from "./large-archive.ts";

/** The steps with one container of very many changes; `large-plan.spec.ts` is those with 2,000. */

/** Checked on its page, seen in two tabs. @returns the address of the run */
async function check(day: Day): Promise<string> {
	const { page, size } = day;
	const sentence = (of = page) => of.getByRole("region", { name: "Progress" }).getByRole("status");
	const planned = new RegExp(`^Planned: ${count(size.changes)} added`);
	await day.step(`a check of ${count(size.changes)} files, in two tabs`, async () => {
		await visit(page, `/containers/${large}`);
		await page.getByRole("button", { name: "Check", exact: true }).click();
		await page.getByRole("button", { name: /^Run \d+$/ }).click();
		await expect(page.getByRole("heading", { name: /^Run \d+$/ })).toBeVisible();
		const second = await page.context().newPage();
		const inSecond = (async () => {
			await second.waitForTimeout(2000);
			await visit(second, page.url());
			return watch(sentence(second), planned);
		})();
		const [first, other] = await Promise.all([watch(sentence(), planned), inSecond]);
		await second.close();
		const middle = first.said[Math.floor(first.said.length / 2)];
		return `“${first.said[0]}” … “${middle}” … “${first.said.at(-1)}”: ${first.said.length} sentences, the longest stood ${first.longest}; a tab opened midway: ${other.said.length}, ${other.longest}`;
	});
	return page.url();
}

/** What a map says of so many: each for itself, or their density. */
const onMap = (footprints: number) =>
	footprints > maxFootprints
		? new RegExp(`^${count(footprints)}( \\(.*\\))? in [\\d,]+ cells of`)
		: new RegExp(`^${count(footprints)} footprints`);

export async function largePlan(day: Day): Promise<void> {
	const { page, size } = day;
	const run = await check(day);
	const number = /\d+$/.exec(run)?.[0] ?? "";
	const perYear = count(size.changes / 10);
	const tree = page.getByRole("tree", { name: "Folders of the changes" });
	const folder = (name: string) => tree.getByRole("treeitem", { name: new RegExp(`(^| )${name} `) });
	const changes = page.getByRole("table", { name: "Changes" });
	const map = page.getByRole("application", { name: `Footprints of run ${number}` });

	await day.step("the plan's folders with sums, and its density map", async () => {
		const began = performance.now();
		await page.goto(run);
		await expect(folder("2019")).toContainText(perYear);
		const treeThere = since(began);
		await expect(changes.getByRole("button", { name: ".tif" }).first()).toBeVisible();
		const rowsThere = since(began);
		await expect(map).toHaveAccessibleDescription(onMap(size.changes));
		const mapThere = since(began);
		await expect(tree.getByRole("treeitem")).toHaveCount(11);
		const words = await page.getByText(onMap(size.changes)).textContent();
		return `tree after ${treeThere}, rows after ${rowsThere}, map after ${mapThere}; ${await folder("All folders").textContent()}; ${words}`;
	});

	await day.step("scrolling to the end", async () => {
		const last = changes.locator(`[aria-rowindex="${size.changes + 1}"]`);
		await expect(page.getByRole("status").filter({ hasText: "Live" })).toBeVisible();
		await page.keyboard.press("j");
		const end = await timed(async () => {
			await page.keyboard.press("End");
			await expect(last).toContainText(/\.tif/);
		});
		const name = await last.getByRole("button", { name: ".tif" }).first().textContent();
		const open = await timed(async () => {
			await last.getByRole("button", { name: ".tif" }).first().click();
			await expect(changes.getByRole("button", { name: ".tif", expanded: true })).toBeVisible();
		});
		const home = await timed(async () => {
			await page.keyboard.press("Home");
			await expect(changes.locator('[aria-rowindex="2"]')).toContainText(/\.tif/);
		});
		return `End shows row ${count(size.changes)}, ${name}, in ${end}; opened in ${open}; Home in ${home}`;
	});

	await day.step("one folder of the plan, and Back", async () => {
		const year = await timed(async () => {
			await folder("2019").click();
			await expect(page.getByText(`${perYear} changes match`)).toBeVisible();
		});
		await folder("2019").focus();
		await page.keyboard.press("ArrowRight");
		const tile = await timed(async () => {
			await folder("T07").click();
			await expect(page.getByText(`${count(size.changes / 250)} changes match`)).toBeVisible();
		});
		await page.goBack();
		await expect(page.getByText(`${perYear} changes match`)).toBeVisible();
		await page.goBack();
		await expect(page.getByText(/changes match/)).toHaveCount(0);
		return `2019: ${perYear} changes in ${year}; 2019/T07: ${count(size.changes / 250)} in ${tile}; Back twice, all again`;
	});

	const chosen = count(size.changes - size.changes / 10);
	await day.step("a folder left out, the rest applied", async () => {
		await visit(page, run);
		await page.getByRole("checkbox", { name: "Apply 2019", exact: true }).first().click();
		await expect(page.getByText("1 folder of the plan is left out.")).toBeVisible();
		const preview = await timed(async () => {
			await page.getByRole("button", { name: "Apply what is ticked …" }).click();
			await expect(page.getByText(`${chosen} changes are applied, ${perYear} left out.`)).toBeVisible();
		});
		await page.getByRole("button", { name: `Apply ${chosen} of ${count(size.changes)}`, exact: true }).click();
		const sentence = page.getByRole("region", { name: "Progress" }).getByRole("status");
		const { said, longest } = await watch(sentence, new RegExp(`^Applied ${chosen} of ${count(size.changes)}`));
		await expect(page.getByText("succeeded", { exact: true }).first()).toBeVisible();
		return `its sum in ${preview}; ${said.length} sentences, the longest stood ${longest}; “${said.at(-1)}”`;
	});

	await day.step("the container after it", async () => {
		await visit(page, `/containers/${large}?tab=datasets`);
		await expect(page.getByText("out of sync", { exact: true })).toBeVisible();
		const there = await timed(async () => {
			await page.reload();
			await expect(page.getByText(`${chosen} datasets`, { exact: true }).first()).toBeVisible();
			await expect(
				page.getByRole("application", { name: `Footprints of the datasets of ${large}` }),
			).toHaveAccessibleDescription(onMap(size.changes - size.changes / 10));
		});
		return `out of sync; ${chosen} datasets with their density map after ${there}`;
	});

	await day.step("the heat map of change", async () => {
		const there = await timed(async () => {
			await visit(page, `/containers/${large}?tab=heat`);
			await expect(page.getByText(new RegExp(`${chosen} datasets came in`))).toBeVisible();
		});
		return `after ${there}: +${chosen} by folder, place and day`;
	});
}

export async function commandMenu(day: Day): Promise<void> {
	const { page, size } = day;
	await day.step("Ctrl K", async () => {
		await visit(page, "/containers");
		const menu = page.getByRole("dialog", { name: "Command menu" });
		const options = menu.getByRole("option");
		const opened = await timed(async () => {
			await page.keyboard.press("Control+k");
			await expect(menu).toBeVisible();
		});
		const input = menu.getByRole("combobox");
		const container = await timed(async () => {
			await input.fill(large.toLowerCase());
			await expect(options.filter({ hasText: large }).first()).toBeVisible();
		});
		const last = `_T25_${String(size.changes / 250).padStart(4, "0")}`;
		const middle = await timed(async () => {
			await input.fill(last.toLowerCase());
			await expect(options.filter({ hasText: last })).toHaveCount(8);
		});
		const id = `S_2021${last}`;
		const dataset = await timed(async () => {
			await input.fill(id);
			await expect(options.filter({ hasText: id })).toHaveCount(1);
		});
		await options.filter({ hasText: id }).click();
		await expect(page.getByRole("heading", { name: id })).toBeVisible();
		const life = page.getByRole("region", { name: "Life" }).getByRole("listitem");
		await expect(life).toHaveText([/added/]);
		await page.goBack();
		await expect(page).toHaveURL("/containers");
		await expect(page.getByRole("table", { name: "Containers" })).toBeVisible();
		return `opened in ${opened}; a container in ${container}; part of an EO ID, 8 shown, in ${middle}; one dataset in ${dataset}: its page and life; Back`;
	});
}
