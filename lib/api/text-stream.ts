/**
 * A text, or bytes, as a body that is made as fast as it is read.
 * @param onEnd called when it was read, failed, or its reader went away
 */
export function textStream(
	text: AsyncGenerator<string | Uint8Array>,
	onEnd: () => void = () => {},
): ReadableStream<Uint8Array> {
	const encoder = new TextEncoder();
	return new ReadableStream({
		async pull(controller) {
			try {
				const { value, done } = await text.next();
				if (!done) return controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
			} catch (error) {
				onEnd();
				throw error;
			}
			onEnd();
			controller.close();
		},
		async cancel() {
			try {
				await text.return(undefined);
			} finally {
				onEnd();
			}
		},
	});
}
