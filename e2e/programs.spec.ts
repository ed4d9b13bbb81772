import { expectAccessible } from "./a11y.ts";
import { jsonLines } from "./dashboard.ts";
import { copied, expect, test, visit } from "./journey.ts";
import { signedOut } from "./server.ts";
import { invite, signIn } from "./sign-in.ts";

/** API tokens and what they open, the readable page of the API, and the audit log of it all. */

test.use({ permissions: ["clipboard-read", "clipboard-write"] });

test("a token is made, used and revoked, and the audit log has it", async ({ page, dashboard, archive }) => {
	archive.scenes("in/SCENE", 3);
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [
			{ id: "SCENES", kind: "dataset-series", sources: [{ storage: "archive", path: "in", include: ["*.tif"] }] },
		],
	});
	await visit(page, "/account");
	await page.getByRole("button", { name: "New token" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByRole("button", { name: "Make token" }).click();
	await expect(dialog.getByText("Enter a name that says which program uses it")).toBeVisible();
	await dialog.getByLabel("Name").fill("nightly");
	await dialog.getByLabel("Role").selectOption("operator");
	await dialog.getByRole("button", { name: "Make token" }).click();
	await dialog.getByRole("button", { name: "Copy token" }).click();
	const token = await copied(page, /^eos_[\w-]{43}[0-9A-Za-z]{6}$/);
	await expect(dialog).toContainText(token);
	await expectAccessible(page, "a token that is shown");
	await dialog.getByRole("button", { name: "Done" }).click();
	await page.reload();
	expect(await page.content()).not.toContain(token.slice(4, 40));

	const call = (path: string, init: RequestInit = {}) =>
		fetch(`${dashboard.url}/api/v1${path}`, {
			...init,
			headers: { authorization: `Bearer ${token}`, ...init.headers },
		});
	const asked = await call("/containers/SCENES/sync", { method: "POST" });
	expect(asked.status).toBe(202);
	const { run } = await asked.json();
	await expect.poll(async () => (await (await call(`/runs/${run}`)).json()).state).toBe("succeeded");
	expect(await (await call("/containers/SCENES/datasets?limit=2")).json()).toMatchObject({ total: 3, rows: [{}, {}] });
	const document = await (await call("/openapi.json")).json();
	expect(document).toMatchObject({ openapi: "3.1.1", info: { title: "eosync" } });

	// A cookie opens nothing there, and a call without a token is answered with what to bring.
	const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
	for (const headers of [{}, { cookie }, { cookie, origin: dashboard.url }]) {
		const refused = await fetch(`${dashboard.url}/api/v1/containers/SCENES/sync`, { method: "POST", headers });
		expect(refused.status).toBe(401);
		expect(await refused.json()).toMatchObject({ code: "unauthorized", detail: expect.stringContaining("Bearer") });
	}
	const tooLong = await call("/sync", {
		method: "POST",
		body: `"${"x".repeat(600_000)}"`,
		headers: { "content-type": "application/json" },
	});
	expect(tooLong.status).toBe(413);

	await visit(page, "/users");
	await expect(page.getByRole("list", { name: "API tokens of all users" })).toContainText("nightly");
	await visit(page, "/account");
	const list = page.getByRole("list", { name: "Your API tokens" });
	await expect(list).toContainText("from 127.0.0.1");
	await list.getByRole("button", { name: "Revoke nightly" }).click();
	await page.getByRole("dialog").getByRole("button", { name: "Revoke token" }).click();
	// While the dialog is open the list behind it is hidden, so that no role is found in it.
	await expect(page.getByText("nightly is revoked.")).toBeVisible();
	await expect(list.getByRole("listitem")).toHaveCount(0);
	expect((await call("/runs")).status).toBe(401);

	await visit(page, "/audit");
	const log = page.getByRole("table", { name: "Audit log" });
	await expect(log).toContainText("revoked an API token");
	await page.getByLabel("What").selectOption("Runs");
	// The log only grows: other journeys of this server are in it, too.
	const entry = log.getByRole("row").filter({ hasText: "nightly" });
	await expect(entry).toHaveCount(1);
	await expect(entry).toContainText("Adanightly");
	await entry.getByRole("button", { name: "requested runs" }).click();
	await expect(page.getByRole("dialog")).toContainText(`"run": ${run}`);
	await expectAccessible(page, "an entry of the audit log");
	await page.keyboard.press("Escape");
	await entry.getByRole("link", { name: "SCENES" }).click();
	await expect(page).toHaveURL(/\/containers\/SCENES$/);
});

test("the audit log is filtered, exported, and read to its end", async ({ page, dashboard }) => {
	await visit(page, "/audit");
	await expect(page.getByRole("heading", { name: "Audit log", level: 1 })).toBeVisible();
	await expectAccessible(page, "the audit log");
	await page.getByLabel("Who").fill("no user has this name");
	await expect(page.getByText("No entry matches")).toBeVisible();
	await expectAccessible(page, "the audit log without entries");
	await page.getByRole("button", { name: "Show all" }).click();
	await page.getByLabel("What").selectOption("Users");
	await page.getByLabel("Outcome").selectOption("done");
	const [download] = await Promise.all([
		page.waitForEvent("download"),
		page.getByRole("link", { name: /^CSV/ }).click(),
	]);
	expect(download.suggestedFilename()).toBe("eosync-audit.csv");
	const text = await (await page.request.get(`${dashboard.url}/api/audit/export?format=ndjson&area=users`)).text();
	const entries = jsonLines(text);
	expect(entries.length).toBeGreaterThan(0);
	expect(new Set(entries.map(({ action }) => action.split(".")[0]))).toEqual(new Set(["users"]));
});

test("the API can be read about, by all who are signed in", async ({ page }) => {
	await visit(page, "/api-docs");
	await expect(page.getByRole("heading", { name: "REST API", level: 1 })).toBeVisible();
	await expect(page.getByRole("heading", { name: "/api/v1/runs/{run}/approve" })).toBeVisible();
	await page.getByText("Answer: 200").first().click();
	await expectAccessible(page, "the API's page");
	expect((await page.request.get("/api/v1/openapi.json")).status()).toBe(200);
});

test.describe("others", () => {
	test.use(signedOut);

	test("neither see the audit log nor make tokens above themselves", async ({ page, browser, dashboard }) => {
		await invite(browser, dashboard, "Vera", "viewer");
		await page.goto("/sign-in");
		await signIn(page, "Vera");
		await expect(page.getByRole("heading", { name: "Health" })).toBeVisible();
		await page.goto("/audit");
		await expect(page.getByRole("heading", { name: "Your role cannot open this page" })).toBeVisible();
		await visit(page, "/account");
		await page.getByRole("button", { name: "New token" }).click();
		await expect(page.getByRole("dialog").getByLabel("Role").getByRole("option")).toHaveText(["viewer"]);
		await expect(page.getByRole("dialog").getByLabel("Expires").getByRole("option", { name: "never" })).toHaveCount(0);
		await dashboard.eosync("users", "remove", "Vera");
	});
});
