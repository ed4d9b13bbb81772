import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test, visit } from "./journey.ts";

/** Left alone: schedules, and people who are notified. */

test("a default schedule makes all containers without their own run by themselves", async ({
	page,
	dashboard,
	archive,
}) => {
	archive.scenes("in/S", 2);
	const sources = [{ storage: "archive", path: "in", include: ["*.tif"] }];
	const series = (id: string, more: object = {}) => ({ id, kind: "dataset-series", sources, ...more });
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [...Array.from({ length: 37 }, (_, i) => series(`C${i}`)), series("NEVER", { schedule: "by hand" })],
	});
	await visit(page, "/schedules");
	await expect(page.getByText("No container has a schedule yet")).toBeVisible();
	await page.getByRole("link", { name: "Set a default schedule" }).click();

	await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
	await page.getByLabel("Schedule", { exact: true }).selectOption("Set");
	await page.getByLabel("Cron expression").fill("61 3 * * *");
	await page.getByRole("button", { name: "Save schedule" }).click();
	await expect(page.getByText(/The minute is not valid: enter 0 to 59/)).toBeVisible();
	await page.getByRole("button", { name: "daily at 03:00" }).click();
	await page.getByLabel("Time zone of the schedule").fill("Europe/Vienna");
	await expect(page.getByText("At 03:00, every day, Europe/Vienna")).toBeVisible();
	await expect(page.getByRole("list", { name: "The next 5 times" }).getByRole("listitem")).toHaveCount(5);
	await page.getByRole("button", { name: "Save schedule" }).click();
	await expect(page.getByText("Default schedule saved.")).toBeVisible();

	await page.getByRole("link", { name: "Schedules" }).click();
	await expect(page.getByText("37 containers of 38 by schedule.")).toBeVisible();
	const hours = page.getByRole("table", { name: "The next seven days" }).getByRole("button");
	await expect(hours).toHaveCount(7);
	await hours.first().focus();
	await page.keyboard.press("ArrowRight");
	await expect(hours.nth(1)).toBeFocused();
	await page.keyboard.press("Enter");
	await expect(page.getByRole("heading", { name: /: 37 containers$/ })).toBeVisible();
	await expect(page.getByRole("table", { name: "Scheduled containers" }).getByRole("row").nth(1)).toContainText(
		"At 03:00, every day, Europe/Vienna",
	);

	await visit(page, "/containers/NEVER?tab=settings");
	await expect(page.getByLabel("Schedule", { exact: true })).toHaveValue("by hand");
	await page.getByLabel("Schedule", { exact: true }).selectOption("Its own");
	await page.getByLabel("A scheduled run").selectOption("Only checks");
	await page.getByLabel("Spread (minutes)").fill("30");
	await page.getByRole("button", { name: "Save settings" }).click();
	await expect(page.getByLabel("Summary")).toContainText("At 03:00, every day, UTC; check only; up to 30 min later");

	await visit(page, "/settings");
	await page.getByLabel("Schedule", { exact: true }).selectOption("None: by hand");
	await page.getByRole("button", { name: "Save schedule" }).click();
	await expect(page.getByText("Default schedule saved.")).toBeVisible();
});

test("a held run is approved from the link of a notification", async ({ page, dashboard, archive }) => {
	test.setTimeout(120_000);
	const received: { readonly id: string; readonly signature: string; readonly time: string; readonly body: string }[] =
		[];
	await using receiver = createServer(async (request, response) => {
		const header = (name: string) => String(request.headers[name]);
		const headers = {
			id: header("webhook-id"),
			signature: header("webhook-signature"),
			time: header("webhook-timestamp"),
		};
		received.push({ ...headers, body: await text(request) });
		response.writeHead(200).end("thank you");
	});
	await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
	const secret = "what the receiver knows";
	archive.scenes("held/HELD", 12);
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [
			{ id: "HELD", kind: "dataset-series", sources: [{ storage: "archive", path: "held", include: ["*.tif"] }] },
		],
	});
	await dashboard.eosync("sync", "HELD");

	await visit(page, "/settings");
	await page.getByRole("button", { name: "Add channel" }).click();
	await page.getByLabel("Name").fill("night watch");
	await page.getByLabel("Address").fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook/TOKEN`);
	await page.getByLabel("Signing secret").fill(secret);
	await page.getByRole("button", { name: "Save channel" }).click();
	const channel = page.getByRole("list", { name: "Notification channels" }).getByRole("listitem").first();
	await expect(channel).toContainText("night watch");
	await channel.getByRole("button", { name: "Test night watch" }).click();
	await expect(channel.getByRole("status")).toContainText("The test message was delivered (200): thank you");
	expect(await page.content()).not.toMatch(/hook\/TOKEN|what the receiver knows/);

	archive.remove("held");
	archive.scene("held/LAST");
	await dashboard.eosync("sync", "HELD");
	await expect.poll(() => received.length, { timeout: 30_000 }).toBe(2);
	for (const { id, time, signature, body } of received) {
		const expected = createHmac("sha256", secret).update(`${id}.${time}.${body}`).digest("base64");
		expect(signature).toBe(`v1,${expected}`);
	}
	const [notice] = JSON.parse(received[1]?.body ?? "").notices;
	expect(notice).toMatchObject({ event: "held", container: "HELD" });
	await visit(page, notice.url);
	await expect(page.getByRole("heading", { name: `Run ${notice.run}` })).toBeVisible();
	await page.getByLabel("Reason").fill("moved to tape");
	await page.getByRole("button", { name: /remove 12 datasets$|^Approve/i }).click();
	await expect(page.getByText("succeeded").first()).toBeVisible();

	await visit(page, "/settings");
	await page.getByText("Delivery log of night watch").click();
	await expect(channel.getByText("HELD is held for approval")).toBeVisible();
	await page.getByRole("button", { name: "Remove night watch" }).click();
	await page.getByRole("button", { name: "Remove channel" }).click();
	await expect(page.getByText("No notification channels yet")).toBeVisible();
});

test("a file that is put into a watched folder is in the catalogue a moment later", async ({
	page,
	dashboard,
	archive,
}) => {
	archive.scene("in/FIRST");
	const source = { storage: "archive", path: "in", include: ["*.tif"], watch: true };
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [{ id: "WATCHED", kind: "dataset-series", sources: [source] }],
	});
	await visit(page, "/containers/WATCHED");
	const summary = page.getByLabel("Summary");
	await expect(summary).toContainText("Datasets1", { timeout: 30_000 });
	archive.scene("in/SECOND", { origin: [15, 48] });
	await expect(summary).toContainText("Datasets2", { timeout: 30_000 });
	await visit(page, "/containers/WATCHED?tab=sources");
	await expect(page.getByText(/^1 folder watched by /)).toBeVisible();
});
