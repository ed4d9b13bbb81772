import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import type { Dashboard } from "../dashboard.ts";
import { expect, test } from "../journey.ts";
import type { LargeArchive } from "./large-archive.ts";
import type { Size } from "./size.ts";

/** What the steps of an operator's day share. */
export class Day {
	readonly page: Page;
	readonly dashboard: Dashboard;
	readonly archive: LargeArchive;
	readonly size: Size;
	readonly #pictures: string;
	readonly #failures: Error[] = [];
	#steps = 0;

	constructor(page: Page, dashboard: Dashboard, archive: LargeArchive, size: Size) {
		this.page = page;
		this.dashboard = dashboard;
		this.archive = archive;
		this.size = size;
		this.#pictures = join(test.info().project.outputDir, "../pictures", test.info().title.replaceAll(/\W+/g, "-"));
		rmSync(this.#pictures, { recursive: true, force: true });
		mkdirSync(this.#pictures, { recursive: true });
	}

	/** Prints what was seen and how long it took, and takes a picture of the page as it is then. After one that failed the others follow. */
	async step(name: string, look: () => Promise<string>): Promise<void> {
		const began = performance.now();
		this.#steps += 1;
		const number = String(this.#steps).padStart(2, "0");
		const say = (seen: string) => console.log(`${number} ${since(began).padStart(8)}  ${name}: ${seen}`);
		try {
			say(await test.step(name, look));
		} catch (error) {
			const failure = error instanceof Error ? error : new Error(String(error));
			say(`FAILED. ${failure.message}`);
			this.#failures.push(new Error(`${name}: ${failure.message}`, { cause: failure }));
		}
		await this.page.screenshot({ path: join(this.#pictures, `${number}-${name.replaceAll(/\W+/g, "-")}.png`) });
	}

	/** @throws AggregateError of the steps that failed. */
	end(): void {
		if (this.#failures.length > 0)
			throw new AggregateError(
				this.#failures,
				`${this.#failures.length} of ${this.#steps} steps failed: ${this.#failures.map(({ stack }) => stack).join("\n")}`,
			);
	}

	/** How many containers are in each state, as the command line has it. */
	async states(): Promise<ReadonlyMap<string, number>> {
		const { stdout } = await this.dashboard.eosync("containers");
		const counts = new Map<string, number>();
		for (const line of stdout.trim().split("\n")) {
			const [, state = ""] = line.split(/ {2,}/);
			counts.set(state, (counts.get(state) ?? 0) + 1);
		}
		return counts;
	}
}

export function since(began: number): string {
	return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}

/** How long it takes. */
export async function timed(act: () => Promise<unknown>): Promise<string> {
	const began = performance.now();
	await act();
	return since(began);
}

export const count = (value: number): string => value.toLocaleString("en-US");

/** What a text said until it said the last: how often it changed, and its longest stand meanwhile, seconds. */
export async function watch(text: Locator, last: RegExp) {
	const said: string[] = [];
	let [changedAt, longest] = [performance.now(), 0];
	await expect
		.poll(
			async () => {
				const now = (await text.textContent()) ?? "";
				if (now !== said.at(-1)) {
					longest = Math.max(longest, performance.now() - changedAt);
					changedAt = performance.now();
					said.push(now);
				}
				return now;
			},
			{ timeout: 1_800_000, intervals: [200] },
		)
		.toMatch(last);
	return { said, longest: `${(longest / 1000).toFixed(1)} s` };
}
