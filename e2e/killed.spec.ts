import { isAlive, signalProcess } from "#lib/process-signal.ts";
import { jsonLines } from "./dashboard.ts";
import { expect, test, visit } from "./journey.ts";

// The browser's messages about a server that is gone.
test.use({ tolerated: /Failed to load resource|ERR_|net::/ });

test("the process of the pages is killed in the middle of a run, again and again: the run goes on, the page comes back", async ({
	page,
	dashboard,
	archive,
}) => {
	test.setTimeout(150_000);
	archive.largeScenes("slow", { count: 300, size: 30_000_000 });
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [
			{ id: "SLOW", kind: "dataset-series", sources: [{ storage: "archive", include: ["*.tif"], checksum: true }] },
		],
	});
	const lines = async (...args: readonly string[]): Promise<readonly unknown[]> =>
		jsonLines((await dashboard.eosync(...args)).stdout);
	const runs = () => lines("runs", "--container", "SLOW", "--json");
	await visit(page, "/containers/SLOW");
	const live = page.getByRole("status").filter({ hasText: "Live" });
	await page.getByRole("button", { name: "Sync", exact: true }).click();
	// The first time in the moment of asking: then the run is there, or it is not and is asked for again.
	for (const moment of ["asked", "reading"] as const) {
		if (moment === "reading") await expect(page.getByRole("progressbar").first()).toBeVisible();
		const web = dashboard.webProcess();
		signalProcess(web, "SIGKILL");
		await expect(live).toHaveCount(0);
		await expect(live).toBeVisible({ timeout: 30_000 });
		expect(isAlive(web)).toBe(false);
		if ((await runs()).length === 0) await page.getByRole("button", { name: "Sync", exact: true }).click();
	}
	await expect(page.getByText("in sync", { exact: true }).first()).toBeVisible({ timeout: 90_000 });
	expect(await lines("datasets", "SLOW", "--json")).toHaveLength(300);
	expect(await runs()).toMatchObject([{ state: "succeeded", added: 300 }]);
});
