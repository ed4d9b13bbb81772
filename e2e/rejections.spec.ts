import { expectAccessible } from "./a11y.ts";
import { expect, reload, test, visit } from "./journey.ts";

test("rejected files of all containers are one line a reason: ignored until they change, tried again, sent to the provider", async ({
	page,
	dashboard,
	archive,
}) => {
	test.setTimeout(180_000);
	archive.scenes("good/GOOD", 3);
	archive.scene("bad/WHOLE");
	for (const name of ["A", "B", "C"]) archive.broken(`bad/BROKEN_${name}`);
	const series = (id: string, path: string) => ({
		id,
		kind: "dataset-series",
		sources: [{ storage: "archive", path, include: ["*.tif"] }],
	});
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [series("GOOD", "good"), series("BAD", "bad")],
	});
	await visit(page, "/rejections");
	await expect(page.getByText("No file is rejected")).toBeVisible();
	await expectAccessible(page, "/rejections, empty");
	await dashboard.eosync("sync", "--all");

	const navigation = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /^Rejections/ });
	const reason = page
		.getByRole("list", { name: "Reasons" })
		.getByRole("button", { name: /unsupported.*3 files in 1 container/ });

	await test.step("they come by themselves, with their count and age beside the page's name", async () => {
		await expect(reason).toBeVisible();
		await expect(navigation).toContainText(/3.*s/);
	});

	await test.step("a reason opens to folders and files", async () => {
		await reason.click();
		await page
			.getByRole("list", { name: "Folders" })
			.getByRole("button", { name: /bad.*3 files/ })
			.click();
		const files = page.getByRole("region", { name: "Rejected files of BAD bad" }).getByRole("listitem");
		await expect(files).toHaveCount(3);
		await expectAccessible(page, "/rejections, opened");
		await reload(page);
		await expect(page.getByRole("list", { name: "Folders" })).toBeVisible();
	});

	await test.step("a link leads to the field that would mend it; names are marked by keys", async () => {
		await page.getByRole("link", { name: "Exclude them" }).click();
		const dialog = page.getByRole("dialog", { name: "Edit source" });
		await expect(dialog.getByLabel("Exclude", { exact: true })).toBeFocused();
		await dialog.getByRole("button", { name: "Mark it in a name" }).click();
		const assistant = dialog.getByRole("region", { name: "File-name assistant" });
		const name = assistant.getByLabel("Name to mark");
		await expect(name).toHaveValue("BROKEN_A.tif");
		await name.press("Home");
		for (const _letter of "BROKEN_A") await name.press("Shift+ArrowRight");
		await assistant.getByRole("button", { name: "ID", exact: true }).click();
		await expect(assistant.getByRole("list", { name: "Names as they are read" })).toContainText("WHOLE");
		await expect(assistant.getByRole("status")).toContainText("4 of 4 names read");
		await expectAccessible(page, "the assistant of file names");
		await assistant.getByRole("button", { name: "Use this pattern" }).click();
		await expect(dialog.getByLabel("File name", { exact: true })).toHaveValue("^(?<id>[^.]+)");
		await dialog.getByRole("button", { name: "Cancel" }).click();
		await page.goBack();
	});

	await test.step("one is ignored, with a note", async () => {
		await page
			.getByRole("list", { name: "Folders" })
			.getByRole("button", { name: /bad.*3 files/ })
			.click();
		await page.getByRole("button", { name: "Actions for this file: bad/BROKEN_A.tif" }).click();
		await page.getByRole("menuitem", { name: /Ignore until the file changes/ }).click();
		const dialog = page.getByRole("dialog", { name: "Ignore 1 file" });
		await dialog.getByLabel("Note").fill("the provider knows");
		await expectAccessible(page, "the dialog that asks why a file is ignored");
		await dialog.getByRole("button", { name: "Ignore 1 file" }).click();
		await expect(page.getByRole("button", { name: /unsupported.*2 files/ })).toBeVisible();
		await expect(navigation).toContainText("2");
	});

	await test.step("a letter for the provider", async () => {
		const download = page.waitForEvent("download");
		await page.getByRole("button", { name: "Export" }).click();
		await page.getByRole("menuitem", { name: "A letter to the provider" }).click();
		expect((await download).suggestedFilename()).toBe("rejected-files.txt");
	});

	await test.step("the rest is ignored; the container is in sync, and says how many are ignored", async () => {
		await page.getByRole("button", { name: /^Actions for these 2 files: unsupported/ }).click();
		await page.getByRole("menuitem", { name: /Ignore until the files change/ }).click();
		await page.getByLabel("Note").fill("all of them");
		await page.getByRole("button", { name: "Ignore 2 files" }).click();
		await expect(page.getByText("No file is rejected")).toBeVisible();
		await expect(navigation).toHaveText("Rejections");
		const { stdout } = await dashboard.eosync("containers", "BAD", "--json");
		expect(JSON.parse(stdout)).toMatchObject({ state: "in sync", rejected: 3, ignored: 3 });
	});

	await test.step("what is ignored can be seen and taken back, and ends when the file changes", async () => {
		archive.broken("bad/BROKEN_B");
		await dashboard.eosync("sync", "BAD");
		await expect(navigation).toContainText("1 rejected");
		await page.getByRole("tab", { name: /^Ignored/ }).click();
		await page.getByRole("button", { name: /unsupported.*2 files/ }).click();
		await page
			.getByRole("list", { name: "Folders" })
			.getByRole("button", { name: /bad.*2 files/ })
			.click();
		await expect(page.getByText(/Ignored by .* “the provider knows”/)).toBeVisible();
		await expectAccessible(page, "/rejections, ignored");
		await page.getByRole("button", { name: /^Actions for these 2 files: unsupported/ }).click();
		await page.getByRole("menuitem", { name: "Stop ignoring these 2 files" }).click();
		await expect(page.getByText("No file is ignored")).toBeVisible();
	});

	await test.step("they are read again on demand", async () => {
		await page.getByRole("tab", { name: /^Rejected/ }).click();
		await page.getByRole("button", { name: /^Actions for these 3 files/ }).click();
		await page.getByRole("menuitem", { name: /Retry these 3 files/ }).click();
		await expect(page.getByText(/3 files will be read again by run \d+/)).toBeVisible();
		// The next journey cannot remove a container while a run of it is under way.
		const runs = async () => (await dashboard.eosync("runs", "--container", "BAD", "--json")).stdout.split("\n")[0];
		await expect.poll(runs, { timeout: 60_000 }).toContain('"state":"succeeded"');
	});
});
