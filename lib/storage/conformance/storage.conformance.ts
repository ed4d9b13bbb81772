import { describe, expect, test } from "vitest";
import { StorageError } from "#lib/errors.ts";
import type { Storage } from "#lib/storage/storage.ts";
import {
	type ConformanceOptions,
	type ConformanceSubject,
	conformanceSubject,
	filesByName,
	rejectsWith,
	signal,
} from "./bench.ts";
import { linksConformance } from "./links.ts";
import { listingConformance } from "./listing.ts";
import { readingConformance } from "./reading.ts";

/** The contract of `Storage` as tests; every adapter passes them. */
export function storageConformance(options: ConformanceOptions): void {
	describe(`storage: ${options.name}`, () => {
		const subject = conformanceSubject(options);
		listingConformance(subject);
		readingConformance(subject);
		linksConformance(subject);
		endingConformance(subject);
	});
}

function endingConformance(subject: ConformanceSubject): void {
	const { list } = subject;

	describe("cancelling", () => {
		test("before a call rejects with the reason", async () => {
			await subject.bench.write("file", "content");
			const reason = new Error("the operator pressed Cancel");
			const aborted = AbortSignal.abort(reason);
			await using file = await subject.storage.open("file", { signal });
			await expect(list("", { signal: aborted })).rejects.toBe(reason);
			await expect(subject.storage.stat("file", { signal: aborted })).rejects.toBe(reason);
			await expect(subject.storage.open("file", { signal: aborted })).rejects.toBe(reason);
			await expect(file.read(0, 1, { signal: aborted })).rejects.toBe(reason);
			expect(filesByName(await list(""))).toEqual(["file"]);
		});

		test.skipIf(!subject.options.makeStalled)("ends calls to a storage that does not answer", async () => {
			await using stalled = (await subject.options.makeStalled?.()) as Storage;
			const controller = new AbortController();
			const reason = new Error("the operator pressed Cancel");
			const calls = callsOf(stalled, controller.signal).map((call) => expect(call).rejects.toBe(reason));
			controller.abort(reason);
			await Promise.all(calls);
		});
	});

	test.skipIf(!subject.options.makeStalled)("a storage that does not answer is given up in time", async () => {
		await using stalled = (await subject.options.makeStalled?.()) as Storage;
		await Promise.all(callsOf(stalled, signal).map((call) => rejectsWith(call, "timeout", "somewhere")));
	});

	test("disposing ends calls under way, and later ones", async () => {
		await subject.bench.write("file", "");
		const underWay = list("").then(filesByName, (error) => error);
		await subject.storage[Symbol.asyncDispose]();
		expect([["file"], expect.any(StorageError)]).toContainEqual(await underWay);
		await expect(list("")).rejects.toBeInstanceOf(StorageError);
		await subject.storage[Symbol.asyncDispose]();
	});
}

function callsOf(storage: Storage, signal: AbortSignal): readonly Promise<unknown>[] {
	return [
		storage.list("somewhere", { symlinks: "skip", signal }),
		storage.stat("somewhere", { signal }),
		storage.open("somewhere", { signal }),
	];
}
