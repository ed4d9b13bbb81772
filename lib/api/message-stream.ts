interface StreamParts {
	/** Aborts when there is no reader any more, or the stream is to end. */
	readonly signal: AbortSignal;
	readonly end: () => void;
}

interface MessageStreamOptions {
	/** Ends the stream; one that is aborted already gives a stream without messages. */
	readonly signal: AbortSignal;
	/** Called once, however the stream ends. */
	readonly onEnd: () => void;
}

/**
 * Messages as the body of an answer: the next one is asked for when the reader has taken the last, so that a slow reader makes
 * nothing pile up. Messages that have never been asked for begin nothing.
 */
export function messageStream(
	messagesFor: (parts: StreamParts) => AsyncGenerator<string>,
	{ signal, onEnd }: MessageStreamOptions,
): ReadableStream<Uint8Array> {
	const own = new AbortController();
	const ended = AbortSignal.any([signal, own.signal]);
	const end = () => own.abort();
	// A signal that is aborted already calls no listener.
	if (ended.aborted) onEnd();
	else ended.addEventListener("abort", onEnd, { once: true });
	const encoder = new TextEncoder();
	const messages = messagesFor({ signal: ended, end });
	return new ReadableStream(
		{
			async pull(controller) {
				try {
					const { value, done } = await messages.next();
					if (!done) return controller.enqueue(encoder.encode(value));
					end();
					controller.close();
				} catch (error) {
					end();
					controller.error(error);
				}
			},
			cancel: end,
		},
		{ highWaterMark: 0 },
	);
}
