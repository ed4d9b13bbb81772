import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { proftpd, startProftpd } from "#lib/storage/test-servers/proftpd.ts";
import { expect, test, visit } from "./journey.ts";

test("a password is entered once, used by tests and runs, never shown, and bound to its server", async ({
	page,
	dashboard,
	archive,
}) => {
	test.skip(
		proftpd === null && process.env.EOSYNC_REQUIRE_SERVERS !== "1",
		"ProFTPD is not installed (.ci/test-servers installs it)",
	);
	await using server = await startProftpd();
	chmodSync(server.root, 0o755);
	writeFileSync(join(server.root, "scene.txt"), "");
	await dashboard.configure({ storages: [{ name: "archive", type: "local", root: archive.root }] });
	const dialog = page.getByRole("dialog");
	const result = dialog.getByRole("status");
	const partner = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "partner" }) });

	await test.step("entered", async () => {
		await visit(page, "/storages");
		await page.getByRole("button", { name: "Add storage" }).click();
		await dialog.getByLabel("Name").fill("partner");
		await dialog.getByLabel("Type").selectOption("FTP");
		await dialog.getByLabel("Host").fill("127.0.0.1/pub");
		await dialog.getByLabel("User").fill(server.user);
		await dialog.getByLabel("Password", { exact: true }).fill(server.password);
		await dialog.getByRole("button", { name: "Test" }).click();
		await expect(dialog.getByLabel("Host")).toHaveAccessibleDescription(/without protocol, port or path/);
		await dialog.getByLabel("Host").fill("127.0.0.1");
		await dialog.getByLabel("Port", { exact: true }).fill(String(server.port));
		await dialog.getByRole("button", { name: "Test" }).click();
		await expect(result).toContainText("ProFTPD");
		await expect(result.getByRole("list", { name: "What it reports" })).toContainText("exact times");
		await expect(result.getByRole("list", { name: "First matches" })).toContainText("scene.txt");
		await dialog.getByRole("button", { name: "Save storage" }).click();
		await expect(partner).toContainText("password set");
	});

	await test.step("kept, used, and nowhere to be seen", async () => {
		await partner.getByRole("button", { name: "Test partner" }).click();
		await expect(partner.getByRole("status").filter({ hasText: "Reached" })).toBeVisible();
		await page.getByRole("button", { name: "Edit partner" }).click();
		await expect(dialog.getByLabel("Password", { exact: true })).toHaveValue("");
		await expect(dialog.getByLabel("Password", { exact: true })).toHaveAttribute(
			"placeholder",
			"Set; leave empty to keep",
		);
		await dialog.getByRole("button", { name: "Test" }).click();
		await expect(result).toContainText("Reached");
		expect(await page.content()).not.toContain(server.password);
		const listed = await page.request.get("/api/storages");
		expect(listed.ok()).toBe(true);
		expect(await listed.text()).not.toContain(server.password);
	});

	await test.step("not for another server", async () => {
		await dialog.getByLabel("Port", { exact: true }).fill("1");
		await expect(dialog.getByLabel("Password", { exact: true })).toHaveAccessibleDescription(/Enter it again/);
		await dialog.getByRole("button", { name: "Save storage" }).click();
		await expect(dialog.getByRole("alert")).toContainText("enter its password again");
		await dialog.getByLabel("Port", { exact: true }).fill(String(server.port));
	});

	await test.step("what was typed is not lost by one key", async () => {
		await dialog.getByLabel("User").fill("somebody else");
		await page.keyboard.press("Escape");
		const notSaved = dialog.getByText("What you typed is not saved.");
		await expect(notSaved).toBeVisible();
		await expect(dialog.getByRole("button", { name: "Go on editing" })).toBeFocused();
		await page.keyboard.press("Enter");
		await expect(notSaved).toHaveCount(0);
		await expect(dialog.getByLabel("User")).toHaveValue("somebody else");
		await expect(dialog.getByLabel("User")).toBeFocused();
		await dialog.getByLabel("User").fill(server.user);
	});

	await test.step("removed", async () => {
		await dialog.getByRole("button", { name: "Remove password" }).click();
		await expect(dialog.getByLabel("Password", { exact: true })).toHaveAttribute(
			"placeholder",
			"Removed when you save",
		);
		await dialog.getByRole("button", { name: "Test" }).click();
		await expect(result).not.toContainText("Reached");
		await dialog.getByRole("button", { name: "Save although the test failed" }).click();
		await expect(dialog).toBeHidden();
		await expect(partner).not.toContainText("password set");
	});
});
