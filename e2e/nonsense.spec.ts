import { jsonLines } from "./dashboard.ts";
import { expect, test, visit } from "./journey.ts";

/** What nobody should type, and names that nobody should give: pages show them, and do not fall over. */

const longest = `L${"o".repeat(250)}`;
const rightToLeft = "\u202egpj.exe";

// What makes no sense to the catalogue is refused by its routes, which the browser reports.
test.use({ tolerated: /status of 400/ });

const nonsense = new URLSearchParams(
	"q=<b>&state=~%25_&rejected=2&storage=~%25_&kind=x&schedule=x&cause=<b>&unseen=99999999d&sort=-x&by=1e999&view=x&search=~%25_&folder=..%2F~&begin=yesterday&end=0000-01-01T00:00:00Z&action=x&change=-1&fold=x&show=x&trigger=x&actor=~%25_&since=0000-00-00&until=x&opened=1e999&open=~%25_&entry=NaN&who=~%25_&area=x&object=~%25_&outcome=x&from=x&to=x&container=~%25_&code=x&pattern=~%25_&last=0&part=x&state=a",
);

test("every page renders with nonsense in its address and hostile names, on a telephone", async ({
	page,
	dashboard,
	archive,
}) => {
	test.setTimeout(400_000);
	archive.scenes(`a/${"deep/".repeat(20)}S`, 2);
	archive.scene(`a/x ${rightToLeft}`, { id: "RTL" });
	archive.scene(`a/<img src=x onerror=alert(1)>`, { id: "HTML" });
	archive.broken(`a/${"broken ".repeat(25)}${rightToLeft}`);
	await dashboard.configure({
		storages: [{ name: "archive", type: "local", root: archive.root }],
		containers: [longest, "OTHER"].map((id) => ({
			id,
			kind: "dataset-series",
			title: `<b>${rightToLeft}</b> ${"very long title ".repeat(10)}`,
			sources: [{ storage: "archive", path: "a", include: ["**/*.tif"] }],
		})),
	});
	await dashboard.eosync("sync", "--all");
	archive.remove("a/RTL");
	archive.scene("a/NEW");
	await dashboard.eosync("check", "--all");
	const { stdout } = await dashboard.eosync("dataset", "find", "HTML", "--json");
	const [{ dataset }] = jsonLines(stdout);
	const { stdout: listed } = await dashboard.eosync("runs", "--json");
	const [check, , sync] = jsonLines(listed);
	await page.setViewportSize({ width: 390, height: 844 });
	const tabs = ["differences", "datasets", "runs", "drift", "heat", "sources", "settings", "nope"];
	const paths = [
		"/?",
		"/?view=list&",
		"/containers?",
		...tabs.map((tab) => `/containers/${longest}?tab=${tab}&`),
		"/runs?",
		`/runs/${sync?.run}?`,
		`/runs/${check?.run}?`,
		`/runs/compare?a=${sync?.run}&b=${check?.run}&`,
		"/problems?",
		"/rejections?",
		"/rejections?tab=ignored&",
		"/schedules?",
		"/storages?",
		"/users?",
		"/audit?",
		"/settings?",
		"/account?",
		`/batches/${check?.batch}?`,
		`/datasets/${dataset}?`,
		"/api-docs?",
	];
	// With nothing but names, what nonsense would leave out.
	const plain = [
		"/containers",
		"/runs",
		"/rejections",
		"/audit",
		`/containers/${longest}?tab=datasets`,
		`/runs/${check?.run}`,
	];
	for (const address of [...paths.map((path) => `${path}${nonsense}`), ...plain]) {
		await visit(page, address);
		await expect.soft(page.getByRole("heading", { level: 1 }).first(), address).toBeVisible();
		const wide = await page.evaluate(() => document.documentElement.scrollWidth);
		expect.soft(wide, address).toBeLessThanOrEqual(390);
	}
	for (const path of [
		"/runs/abc",
		"/runs/-1",
		"/runs/1e999",
		"/runs/99999999999999999999",
		"/runs/9007199254740991",
		"/runs/%00",
		"/runs/compare?a=1&b=x",
		"/runs/compare?a=9007199254740991&b=-1",
		"/batches/0",
		"/batches/1e999",
		"/batches/9007199254740991",
		"/datasets/%00",
		"/datasets/-1",
		"/datasets/999999999999999",
		"/datasets/%E0%A4%A",
		"/containers/%00",
		"/containers/%FF",
		"/stac/%FF",
		"/stac/collections/%/items",
		"/api/v1/containers/%E0%A4%A",
		"/api/datasets/1e999",
		"/api/batches/-1",
		"/api/quicklooks/x/small",
		"/api/quicklooks/9007199254740991",
		"/api/quicklooks/1/huge",
		"/api/runs/1/changes/x/place",
		"/api/runs?batch=x",
		"/api/rejections/files?after=made-up",
		"/api/containers/OTHER/exceptions?after=WzFlOTk5XQ",
		"/api/batches/1/containers?after=WyJ4Il0",
		"/api/datasets?search=%00",
		"/api/datasets?search=%25_%25",
		"/api/runs/1/export?format=csv&search=%00",
		"/api/runs/1/tree?parent=%00",
		"/api/runs/1/tree?offset=-1",
	]) {
		const answer = await page.request.get(path, { maxRedirects: 0 });
		expect.soft(answer.status(), path).toBeLessThan(500);
	}
	// Scripts of other sites may not follow where Next leads such addresses.
	expect((await page.request.get("/stac//collections/", { maxRedirects: 0 })).status()).toBe(200);
});
