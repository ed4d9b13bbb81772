import { expectAccessible } from "./a11y.ts";
import type { Archive } from "./archive.ts";
import { type Dashboard, jsonLines } from "./dashboard.ts";
import { expect, test, visit } from "./journey.ts";
import { signedOut } from "./server.ts";

/** The numbers of the runs, by the state they were left in. */
async function everyState(dashboard: Dashboard, archive: Archive): Promise<ReadonlyMap<string, number>> {
	archive.scenes("fine/FINE", 3);
	archive.scenes("planned/PLANNED", 3);
	archive.scenes("held/HELD", 12);
	const series = (id: string) => ({
		id: id.toUpperCase(),
		kind: "dataset-series",
		title: `What is ${id}`,
		schedule: id === "fine" ? "0 3 * * *" : null,
		sources: [{ storage: "archive", path: id, include: ["*.tif"] }],
	});
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: ["fine", "planned", "held", "failed", "never"].map(series),
		targets: [{ name: "eox", url: "postgres://eoxserver@127.0.0.1:1/eoxserver" }],
	});
	await dashboard.eosync("sync", "FINE", "PLANNED", "HELD", "FAILED");
	archive.scene("planned/PLANNED_1", { begin: "2024-06-02T12:00:00Z" });
	archive.remove("planned/PLANNED_2");
	archive.broken("planned/BROKEN");
	archive.remove("held");
	archive.scene("held/LAST");
	await dashboard.eosync("check", "PLANNED");
	await dashboard.eosync("sync", "HELD");
	const { stdout } = await dashboard.eosync("runs", "--json");
	return new Map(
		jsonLines(stdout)
			.toReversed()
			.map(({ state, run }) => [state, run]),
	);
}

test("every page in every state", async ({ page, dashboard, archive }) => {
	test.setTimeout(400_000);
	const heading = (name: string | RegExp) => expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
	await visit(page, "/containers");
	await expect(page.getByText("No containers yet")).toBeVisible();
	await expectAccessible(page, "/containers, empty");
	await visit(page, "/storages");
	await expect(page.getByText("No storages yet")).toBeVisible();
	await expectAccessible(page, "/storages, empty");
	await visit(page, "/targets");
	await expect(page.getByText("No targets yet")).toBeVisible();
	await expectAccessible(page, "/targets, empty");

	await visit(page, "/");
	await heading("Health");
	await expectAccessible(page, "/, empty");

	const runByState = await everyState(dashboard, archive);
	await visit(page, "/");
	await expect(page.getByRole("link", { name: /^HELD: held/ })).toBeVisible();
	await expectAccessible(page, "/");
	await page.getByRole("button", { name: "As a list" }).click();
	await expect(page.getByRole("table", { name: "Containers" }).getByRole("link", { name: "HELD" })).toBeVisible();
	await expectAccessible(page, "/, as a list");
	await visit(page, "/containers");
	await page.getByRole("checkbox", { name: "Select FINE" }).click();
	await expect(page.getByText("1 selected")).toBeVisible();
	await expectAccessible(page, "/containers");
	for (const path of [
		"/containers/new",
		"/search",
		"/runs",
		"/schedules",
		"/storages",
		"/targets",
		"/targets/eox",
		"/settings",
		"/users",
		"/account",
	]) {
		await visit(page, path);
		await heading(/^(Add container|Search|Runs|Schedules|Storages|Targets|eox|Settings|Users|Your account)$/);
		await expectAccessible(page, path);
	}
	for (const state of ["succeeded", "planned", "held", "failed"]) {
		await visit(page, `/runs/${runByState.get(state)}`);
		await heading(`Run ${runByState.get(state)}`);
		const row = page.getByRole("table", { name: "Changes" }).getByRole("button", { name: ".tif" });
		if (state !== "failed") await row.first().click();
		await expectAccessible(page, `/runs/N, ${state}`);
	}
	const tabs = {
		Differences: page.getByRole("table", { name: "Changes" }),
		Datasets: page.getByRole("table", { name: "Datasets" }).getByRole("button"),
		Runs: page.getByRole("table", { name: "Runs" }).getByRole("link"),
		Drift: page.getByRole("slider", { name: "Drift of PLANNED over time" }),
		"Heat map": page.getByRole("table", { name: "By folder" }),
		Sources: page.getByRole("list", { name: "Sources" }),
		Settings: page.getByRole("button", { name: "Save settings" }),
	};
	for (const [tab, content] of Object.entries(tabs)) {
		await visit(page, `/containers/PLANNED?tab=${tab.toLowerCase().replace(" map", "")}`);
		await expect(page.getByRole("tab", { name: tab, selected: true })).toBeVisible();
		await expect(content.first()).toBeVisible();
		await expectAccessible(page, `/containers/ID, ${tab}`);
	}
});

test("every dialog", async ({ page, dashboard, archive }) => {
	test.setTimeout(400_000);
	const runByState = await everyState(dashboard, archive);
	const dialogs = [
		{ at: `/runs/${runByState.get("planned")}`, press: "Apply" },
		{ at: `/runs/${runByState.get("succeeded")}`, press: "Revert" },
		{ at: "/storages", press: "Add storage" },
		{ at: "/storages", press: "Delete archive" },
		{ at: "/targets", press: "Add target" },
		{ at: "/targets", press: "Pause eox" },
		{ at: "/targets", press: "Delete eox" },
		{ at: "/containers/PLANNED?tab=sources", press: "Add source" },
		{ at: "/containers/PLANNED?tab=sources", press: "Remove archive:/planned" },
		{ at: "/containers/PLANNED?tab=settings", press: "Delete container" },
		{ at: "/settings", press: "Go to…" },
		{ at: "/settings", press: "Add channel" },
		{ at: "/users", press: "Add user" },
		{ at: "/users", press: "Remove Ada" },
	];
	let shown = "";
	for (const { at, press } of dialogs) {
		if (at !== shown) await visit(page, at);
		shown = at;
		await page.getByRole("button", { name: press }).click();
		await expect(page.getByRole("dialog")).toBeVisible();
		await expectAccessible(page, `${press} at ${at}`, "[role=dialog]");
		await page.keyboard.press("Escape");
		await expect(page.getByRole("dialog")).toHaveCount(0);
	}
	await visit(page, "/storages");
	await page.getByRole("button", { name: "Add storage" }).click();
	for (const type of ["FTP", "SFTP", "S3", "HTTP / WebDAV", "rasdaman"]) {
		await page.getByLabel("Type").selectOption(type);
		await page.getByText("Further settings").click();
		await expectAccessible(page, `the form of ${type}`, "[role=dialog]");
	}
	await visit(page, "/containers/PLANNED");
	await page.getByRole("button", { name: "More actions" }).click();
	await expect(page.getByRole("menu")).toBeVisible();
	await expectAccessible(page, "the menu of a container", "[role=menu]");
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Account of Ada" }).click();
	await expect(page.getByRole("menuitem", { name: "Sign out" })).toBeVisible();
	await expectAccessible(page, "the account's menu", "[role=menu]");
	await page.keyboard.press("Escape");
	await page.keyboard.press("?");
	await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
	await expectAccessible(page, "the keyboard help", "[role=dialog]");
});

test.describe("who is not signed in", () => {
	test.use(signedOut);

	test("every entrance", async ({ page, dashboard }) => {
		await page.goto("/sign-in?error=no_role");
		await expect(page.getByRole("alert").filter({ hasText: "None of your groups" })).toBeVisible();
		await expectAccessible(page, "/sign-in");
		await page.goto("/set-up?link=none");
		await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
		await expectAccessible(page, "/set-up without a link");
		const { stdout } = await dashboard.eosync("users", "add", "Grace", "--role", "viewer");
		await page.goto(/http\S+/.exec(stdout)?.[0] ?? "");
		await page.getByRole("button", { name: "Save password" }).click();
		await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
		await expectAccessible(page, "/set-up by invitation");
		await dashboard.eosync("users", "remove", "Grace");
	});
});
