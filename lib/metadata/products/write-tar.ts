interface TarMember {
	readonly path: string;
	readonly content: Uint8Array;
	/** Default: a file. */
	readonly flag?: string;
	/** For tests: falsifies the size. */
	readonly size?: string;
	/** Seconds since 1970; default: 0. */
	readonly modified?: number;
}

/** A tar archive (POSIX ustar), closed by two blocks of zeros. Paths of ASCII, of 100 characters at most. */
export function writeTar(members: readonly TarMember[] | Readonly<Record<string, Uint8Array>>): Uint8Array {
	const list = Array.isArray(members)
		? (members as readonly TarMember[])
		: Object.entries(members as Readonly<Record<string, Uint8Array>>).map(([path, content]) => ({ path, content }));
	const parts = list.flatMap((member) => [
		headerOf(member),
		member.content,
		new Uint8Array(-member.content.length & 511),
	]);
	return Uint8Array.from(Buffer.concat([...parts, new Uint8Array(1024)]));
}

function headerOf({
	path,
	content,
	flag = "0",
	size = octal(content.length, 11),
	modified = 0,
}: TarMember): Uint8Array {
	const header = new Uint8Array(512);
	const put = (at: number, text: string) => header.set(Buffer.from(text, "latin1"), at);
	put(0, path);
	put(100, "0000600\0");
	put(124, size);
	put(136, octal(modified, 11));
	put(148, " ".repeat(8));
	put(156, flag);
	put(257, "ustar\x0000");
	put(
		148,
		`${octal(
			header.reduce((sum, byte) => sum + byte, 0),
			6,
		)}\0 `,
	);
	return header;
}

function octal(value: number, digits: number): string {
	return value.toString(8).padStart(digits, "0");
}
