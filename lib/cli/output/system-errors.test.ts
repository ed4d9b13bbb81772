import { mkdirSync } from "node:fs";
import { expect, it } from "vitest";
import { explained } from "./system-errors.ts";

function thrownBy(action: () => unknown): unknown {
	try {
		action();
	} catch (error) {
		return error;
	}
	throw new Error("Nothing was thrown.");
}

it("a home that cannot be written is said to be one, with what to do; other files that are refused with the reason, other errors as they are", () => {
	const failed = (code: string, path: string) =>
		Object.assign(new Error(`${code}: no, mkdir '${path}'`), { code, path });
	expect(explained(failed("EACCES", "/srv/eo"), "/srv/eo")).toBe(
		"/srv/eo cannot be written: this user may not. It is in EOSYNC_HOME (/srv/eo): set that to a folder that is writable and has room.",
	);
	expect(explained(failed("ENOSPC", "/srv/eo/logs"), "/srv/eo")).toMatch(
		/^\/srv\/eo\/logs cannot be written: its disk is full/,
	);
	expect(explained(failed("EACCES", "/srv/eosync"), "/srv/eo")).toBe("/srv/eosync: this user may not.");
	expect(explained(failed("ENOENT", "/srv/eo/x"), "/srv/eo")).toBe("/srv/eo/x: there is no such file or folder.");
	expect(explained(failed("ENAMETOOLONG", "/srv/x"), "/srv/eo")).toBe("/srv/x: a part of its path is too long.");
	expect(explained(failed("ELOOP", "/srv/x"), "/srv/eo")).toBe("/srv/x: its links lead in a circle.");
	expect(
		explained(
			thrownBy(() => mkdirSync("/proc/eosync/home")),
			"/proc/eosync",
		),
	).toBe("/proc/eosync/home: there is no such file or folder.");
	expect(explained(failed("EPIPE", "/srv/eo/x"), "/srv/eo")).toBe("EPIPE: no, mkdir '/srv/eo/x'");
	expect(explained("no error", "/srv/eo")).toBe("no error");
	expect(explained(null, "/srv/eo")).toBe("null");
});
