import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createZstdDecompress } from "node:zlib";
import { z } from "zod";
import { EosyncError } from "#lib/errors.ts";

/**
 * A backup is a Zstandard stream of frames: one byte (`J` or `D`), the length (4 bytes, big-endian), the content. `J` is a
 * JSON object of `backupNote`, `D` a piece of COPY's text format for the table that was begun last. The last frame holds
 * the SHA-256 of all bytes before it.
 */

const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

const header = z.object({
	note: z.literal("eosync-backup"),
	format: z.literal(1),
	/** eosync's version. */
	version: z.string().max(100),
	/** The tables' version: when their last migration was written, milliseconds since 1970. */
	migration: z.int().positive(),
	/** ISO 8601, UTC. */
	createdAt: z.iso.datetime(),
	/** Where identity columns go on counting, by sequence. */
	sequences: z.record(name, z.int().nonnegative()),
});
const tableBegin = z.object({ note: z.literal("table"), table: name, columns: z.array(name).min(1).max(1000) });
const tableEnd = z.object({ note: z.literal("rows"), table: name, rows: z.int().nonnegative() });
const end = z.object({ note: z.literal("end"), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const backupNote = z.discriminatedUnion("note", [header, tableBegin, tableEnd, end]);

export type BackupHeader = z.infer<typeof header>;
export type BackupNote = z.infer<typeof backupNote>;
export type BackupFrame = BackupNote | Uint8Array;

/** Frames are no longer than this, bytes. */
const maxFrame = 1 << 20;
const prefix = 5;

/** The frames as bytes; the last one, with the checksum, is added. */
export async function* encodeBackup(frames: AsyncIterable<BackupFrame>): AsyncGenerator<Uint8Array> {
	const hash = createHash("sha256");
	for await (const frame of frames) {
		for (const piece of encode(frame)) {
			hash.update(piece);
			yield piece;
		}
	}
	yield* encode({ note: "end", sha256: hash.digest("hex") });
}

function* encode(frame: BackupFrame): Generator<Uint8Array> {
	const isData = frame instanceof Uint8Array;
	const content = isData ? frame : Buffer.from(JSON.stringify(frame));
	for (let from = 0; from < content.length; from += maxFrame) {
		const piece = content.subarray(from, from + maxFrame);
		const head = Buffer.alloc(prefix, isData ? "D" : "J");
		head.writeUInt32BE(piece.length, 1);
		yield Buffer.concat([head, piece]);
	}
}

/**
 * The frames of a backup, the first of which is its header. When all of them have been taken the checksum was right.
 * @throws EosyncError `bad-backup` when it is none, is cut off or was damaged.
 */
export async function* readBackup(file: string): AsyncGenerator<BackupFrame> {
	const hash = createHash("sha256");
	let last: BackupNote | null = null;
	let isFirst = true;
	try {
		for await (const { frame, bytes } of decode(bytesOf(file))) {
			if (last?.note === "end") throw damaged(file, "there is more after its end");
			const note = frame instanceof Uint8Array ? null : frame;
			if (isFirst !== (note?.note === "eosync-backup")) throw damaged(file, "it does not begin like one");
			isFirst = false;
			last = note;
			if (note?.note === "end" && note.sha256 !== hash.digest("hex")) throw damaged(file, "its checksum is wrong");
			if (note?.note === "end") continue;
			hash.update(bytes);
			yield frame;
		}
	} catch (error) {
		if (error instanceof EosyncError || (error instanceof Error && "syscall" in error)) throw error;
		throw damaged(file, "it cannot be read", error);
	}
	if (last?.note !== "end") throw damaged(file, "it is cut off");
}

async function* bytesOf(file: string): AsyncGenerator<Buffer> {
	const unpacked = createZstdDecompress();
	const feeding = pipeline(createReadStream(file), unpacked).catch((error: unknown) =>
		unpacked.destroy(error as Error),
	);
	yield* unpacked;
	await feeding;
}

async function* decode(
	pieces: AsyncIterable<Buffer>,
): AsyncGenerator<{ readonly frame: BackupFrame; readonly bytes: Uint8Array }> {
	let pending: Buffer = Buffer.alloc(0);
	for await (const piece of pieces) {
		pending = pending.length === 0 ? piece : Buffer.concat([pending, piece]);
		while (pending.length >= prefix) {
			const length = pending.readUInt32BE(1);
			const kind = String.fromCharCode(pending[0] ?? 0);
			if (length > maxFrame || (kind !== "J" && kind !== "D")) throw new Error("This is no frame.");
			if (pending.length < prefix + length) break;
			const bytes = pending.subarray(0, prefix + length);
			const content = bytes.subarray(prefix);
			yield { bytes, frame: kind === "D" ? content : backupNote.parse(JSON.parse(content.toString())) };
			pending = pending.subarray(prefix + length);
		}
	}
	if (pending.length > 0) throw new Error("The last frame is cut off.");
}

function damaged(file: string, how: string, cause?: unknown): EosyncError {
	return new EosyncError(
		"bad-backup",
		`${file} is not a valid backup of eosync: ${how}. Take another one; nothing was changed.`,
		{
			cause,
		},
	);
}
