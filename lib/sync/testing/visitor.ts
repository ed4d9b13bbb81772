import { stat } from "node:fs/promises";
import type { Database } from "#lib/catalog/database/database.ts";
import { reaches } from "#lib/catalog/embedded/place.ts";

/**
 * Does something as a user who is subject to permissions: for a process run by root, the one that the embedded server runs as, who can use its
 * socket, else the system's `nobody`. A process that is itself subject to permissions stays who it is.
 */
export async function asVisitor<T>(database: Database, work: () => Promise<T>): Promise<T> {
	const uid = await visitorOf(database);
	if (uid !== null) process.seteuid?.(uid);
	try {
		return await work();
	} finally {
		if (uid !== null) process.seteuid?.(0);
	}
}

/** Whether files can be forbidden at all: root's process may be in a place that no other user can reach. */
export async function isSubjectToPermissions(database: Database): Promise<boolean> {
	return process.getuid?.() !== 0 || (await visitorOf(database)) !== null;
}

/** All databases of a process are of one server. */
let visitor: Promise<number | null> | undefined;

function visitorOf(database: Database): Promise<number | null> {
	visitor ??= findVisitor(database);
	return visitor;
}

/** null: nobody else, as that user could not read eosync's sources, or none is needed. */
async function findVisitor({ url }: Database): Promise<number | null> {
	if (process.getuid?.() !== 0) return null;
	const socketFolder = new URL(url).searchParams.get("host");
	const uid = socketFolder === null ? 65_534 : (await stat(socketFolder)).uid;
	return reaches({ uid, gid: uid }, import.meta.dirname) ? uid : null;
}
