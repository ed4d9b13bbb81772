import { createHash } from "node:crypto";
import type { OpenFile } from "#lib/storage/storage.ts";

const chunkBytes = 1 << 20;

/** SHA-256 of the whole content, hexadecimal; in constant memory. */
export async function checksumOf(
	file: Pick<OpenFile, "size" | "read">,
	{ signal }: { readonly signal: AbortSignal },
): Promise<string> {
	const sum = createHash("sha256");
	for (let offset = 0; offset < file.size; offset += chunkBytes) {
		sum.update(await file.read(offset, Math.min(chunkBytes, file.size - offset), { signal }));
	}
	return sum.digest("hex");
}
