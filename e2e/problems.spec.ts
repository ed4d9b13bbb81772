import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expectAccessible } from "./a11y.ts";
import { expect, test, visit } from "./journey.ts";

const ids = Array.from({ length: 60 }, (_, i) => `GAMMA_${String(i).padStart(2, "0")}`);

test("a dead storage with sixty containers is one line, is tested and acknowledged, and comes back", async ({
	page,
	dashboard,
	archive,
}) => {
	const away = `${archive.root}.away`;
	for (const id of ids) mkdirSync(join(archive.root, id), { recursive: true });
	await dashboard.configure({
		storages: [{ name: "gamma", type: "local", root: archive.root }],
		containers: ids.map((id) => ({
			id,
			kind: "dataset-series",
			sources: [{ storage: "gamma", path: id, include: ["*.tif"] }],
		})),
	});
	const line = page.getByRole("listitem").filter({ hasText: "Storage gamma" });

	await test.step("nothing", async () => {
		await visit(page, "/problems");
		await expect(page.getByText("No problems")).toBeVisible();
		await expectAccessible(page, "problems");
	});

	await test.step("one line, and one in the navigation", async () => {
		renameSync(archive.root, away);
		await dashboard.eosync("storages", "test", "gamma");
		await dashboard.eosync("sync", "GAMMA_00", "GAMMA_01");
		await expect(line).toHaveCount(1);
		await expect(line).toContainText("Storage gamma cannot be read");
		await expect(line).toContainText("60 containers");
		await expect(page.getByRole("link", { name: "Problems 1 open" })).toBeVisible();
		await line.getByRole("button", { name: /^Storage gamma/ }).click();
		await expect(line.getByRole("link", { name: "GAMMA_07" })).toBeVisible();
		await expectAccessible(page, "problems");
	});

	await test.step("tested, asked for, acknowledged and revoked", async () => {
		await line.getByRole("button", { name: "Test gamma" }).click();
		await expect(line.getByText(/ENOENT/).first()).toBeVisible();
		await line.getByRole("button", { name: "Check all 60 when it is back" }).click();
		await expect(line.getByText(/Its containers are checked when gamma is back/)).toBeVisible();
		await line.getByRole("button", { name: "Acknowledge …" }).click();
		const dialog = page.getByRole("dialog");
		await dialog.getByLabel("Note").fill("x");
		await dialog.getByRole("button", { name: "Acknowledge" }).click();
		await expect(dialog.getByLabel("Note")).toHaveAccessibleDescription(/at least 3 characters/);
		await dialog.getByLabel("Note").fill("the disk is being replaced");
		await dialog.getByRole("button", { name: "Acknowledge" }).click();
		await expect(page.getByRole("region", { name: "Acknowledged 1" })).toContainText("the disk is being replaced");
		await expect(page.getByRole("link", { name: "Problems", exact: true })).toBeVisible();
		await line.getByRole("button", { name: "Revoke" }).click();
		await expect(page.getByRole("region", { name: "Open 1" })).toBeVisible();
	});

	await test.step("it comes back, and its containers are looked at", async () => {
		renameSync(away, archive.root);
		await line.getByRole("button", { name: "Test gamma" }).click();
		await expect(page.getByText("No problems")).toBeVisible({ timeout: 60_000 });
		// Each has its turn in the batch: the storage is no problem any more before the last of them had it.
		const runsOfOne = async () => (await dashboard.eosync("runs", "--container", "GAMMA_13", "--json")).stdout;
		await expect.poll(runsOfOne, { timeout: 60_000 }).toContain('"trigger":"dashboard"');
	});

	await test.step("its maintenance: paused until, a container asks first, and used again", async () => {
		await visit(page, "/storages");
		await page.getByRole("button", { name: "Pause until … (gamma)" }).click();
		const dialog = page.getByRole("dialog");
		await dialog.getByLabel("Until (UTC)").fill("2999-01-01T06:00");
		await dialog.getByLabel("Note").fill("new disks");
		await dialog.getByRole("button", { name: "Pause storage" }).click();
		await expect(page.getByText(/Paused until 2999-01-01 06:00:00 UTC by .*: new disks/)).toBeVisible();
		await expectAccessible(page, "storages");
		await visit(page, "/containers/GAMMA_03");
		await page.getByRole("button", { name: "Check", exact: true }).click();
		await dialog.getByRole("button", { name: "Check all the same" }).click();
		await expect(page.getByText("Check of GAMMA_03 started.")).toBeVisible();
		await visit(page, "/containers?storage=gamma");
		await page.getByRole("button", { name: /^Check these/ }).click();
		await expect(dialog).toHaveAccessibleName(/^The storages of \d+ containers are paused or outside their hours$/);
		await expectAccessible(page, "containers, of which some wait for a storage");
		await dialog.getByRole("button", { name: "Cancel" }).click();
		await expect(dialog).toBeHidden();
		await visit(page, "/storages");
		await page.getByRole("button", { name: "Resume gamma" }).click();
		await expect(page.getByText(/Paused until/)).toHaveCount(0);
	});
});
