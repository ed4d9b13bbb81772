import { textStream } from "./text-stream.ts";

/** An answer that is a file instead of JSON. It is made as fast as it is read, however large it is. */
export class FileAnswer {
	readonly body: ReadableStream<Uint8Array>;
	readonly headers: Readonly<Record<string, string>>;

	/** @param onEnd called when it was read, failed, or its reader went away */
	constructor(
		content: AsyncGenerator<string | Uint8Array>,
		{ name, type, onEnd }: { readonly name: string; readonly type: string; readonly onEnd: () => void },
	) {
		this.body = textStream(content, onEnd);
		this.headers = { "content-type": type, "content-disposition": `attachment; filename="${name}"` };
	}
}
