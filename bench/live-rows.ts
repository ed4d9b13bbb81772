import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "@playwright/test";
import type { LiveEvent } from "#lib/catalog/live-events.ts";
import { browserFlags, findBrowser } from "../e2e/browser.ts";
import { type StartedDashboard, startDashboard } from "../e2e/dashboard.ts";
import { openLink } from "../e2e/sign-in.ts";
import { eosync } from "./eosync.ts";
import type { Row } from "./measurement.ts";
import type { BenchOptions } from "./options.ts";
import { smallContainers } from "./small-rows.ts";
import { syncedTree } from "./sync-rows.ts";
import type { Workplace } from "./workplace.ts";

/** Number of open pages. */
const pages = 3;
/** Linux counts a process's time in hundredths of a second. */
const ticksPerSecond = 100;

/** The cost of an open dashboard during the largest run: the first sync of the tree. */
export async function* liveRows(place: Workplace, { files }: BenchOptions): AsyncGenerator<Row> {
	const dashboard = await startDashboard({ EOSYNC_HOME: place.home });
	try {
		const cookie = await signIn(dashboard);
		const end = new AbortController();
		const streams = Array.from({ length: pages }, () => follow(dashboard.url, cookie, end.signal));
		const web = dashboard.webProcess();
		const [began, cpuBefore] = [performance.now(), cpuSeconds(web)];
		await syncedTree(place, files);
		const seconds = (performance.now() - began) / 1000;
		const cpu = cpuSeconds(web) - cpuBefore;
		end.abort();
		const messages = Math.max(...(await Promise.all(streams)));
		const [perSecond, share] = [messages / seconds, (100 * cpu) / seconds];
		yield {
			work: `${pages} pages follow the first sync of ${files.toLocaleString("en")} files`,
			runs: [{ seconds, cpuSeconds: cpu }],
			required: "≤ 5 messages/s per page, dashboard < 20 % CPU",
			aim: "",
			reached: `${perSecond.toFixed(1)} messages/s per page, ${share.toFixed(1)} % CPU`,
			meets: messages > 0 && perSecond <= 5 && share < 20,
		};
	} finally {
		await dashboard.stop();
	}
}

/** What an open page hears of very many runs at once: every container is checked. */
export async function* burstRows(place: Workplace, { containers }: BenchOptions): AsyncGenerator<Row> {
	await smallContainers(place, containers);
	await eosync(place.home, ["sync", "--all"]);
	const dashboard = await startDashboard({ EOSYNC_HOME: place.home });
	try {
		const cookie = await signIn(dashboard);
		const end = new AbortController();
		const heard = new Map<number, { state: string; at: number }>();
		const streams = Array.from({ length: pages }, () =>
			follow(dashboard.url, cookie, end.signal, (events) => {
				for (const event of events)
					if (event.type === "run") heard.set(event.run.run, { state: event.run.state, at: Date.now() });
			}),
		);
		const web = dashboard.webProcess();
		const [began, cpuBefore] = [performance.now(), cpuSeconds(web)];
		await eosync(place.home, ["check", "--all"]);
		const [last] = await place.database.sql<{ run: number; runs: number; endedAt: number }[]>`
			select max(id) as run, count(*) as runs, extract(epoch from max(finished_at))::float8 * 1000 as "endedAt" from runs where kind = 'check'`;
		if (!last) throw new Error("No run was made.");
		const ended = () => [...heard.values()].filter(({ state }) => state === "succeeded");
		while (ended().length < last.runs) {
			if (Date.now() > last.endedAt + 30_000) throw new Error(`${ended().length} of ${last.runs} ends were heard of.`);
			await sleep(20);
		}
		const seconds = (performance.now() - began) / 1000;
		const cpu = cpuSeconds(web) - cpuBefore;
		const lag = (Math.max(...ended().map(({ at }) => at)) - last.endedAt) / 1000;
		end.abort();
		const perSecond = Math.max(...(await Promise.all(streams))) / seconds;
		const share = (100 * cpu) / seconds;
		yield {
			work: `${pages} pages follow ${containers.toLocaleString("en")} checks at once`,
			runs: [{ seconds, cpuSeconds: cpu }],
			required: "true 1 s after the last, ≤ 5 messages/s per page, dashboard < 20 % CPU",
			aim: "",
			reached: `${lag.toFixed(2)} s, ${perSecond.toFixed(1)} messages/s per page, ${share.toFixed(1)} % CPU`,
			meets: lag <= 1 && perSecond <= 5 && share < 20,
		};
	} finally {
		await dashboard.stop();
	}
}

async function signIn(dashboard: StartedDashboard): Promise<string> {
	const { path, env } = findBrowser();
	const browser = await chromium.launch({
		executablePath: path,
		args: [...browserFlags],
		env: { ...process.env, ...env } as Record<string, string>,
	});
	try {
		const { cookies } = await openLink(browser, dashboard.setUpLink, "Ada");
		return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
	} finally {
		await browser.close();
	}
}

/** Reads the event stream as a page does; returns how many messages came, each a batch of events. */
async function follow(
	url: string,
	cookie: string,
	signal: AbortSignal,
	onEvents: (events: readonly LiveEvent[]) => void = () => {},
): Promise<number> {
	const answer = await fetch(`${url}/api/events`, { headers: { cookie }, signal });
	if (!answer.ok || !answer.body) throw new Error(`The event stream answers ${answer.status}.`);
	let messages = 0;
	let begun = "";
	try {
		for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
			const lines = (begun + chunk).split("\n");
			begun = lines.pop() ?? "";
			for (const line of lines) {
				if (!line.startsWith("data: [")) continue;
				messages += 1;
				onEvents(JSON.parse(line.slice("data: ".length)));
			}
		}
	} catch (error) {
		if (!signal.aborted) throw error;
	}
	return messages;
}

/** Of the process and of all that it started. */
function cpuSeconds(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	const own = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
	const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
		readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
	);
	return children.reduce((sum, child) => sum + cpuSeconds(Number(child)), own);
}
