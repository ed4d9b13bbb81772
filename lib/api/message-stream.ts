interface MessageStreamOptions {
	/** Ends the stream; one that is aborted already gives a stream without messages. */
	readonly signal: AbortSignal;
	/** Called once, however the stream ends. */
	readonly onEnd: () => void;
}

/** A reader that has not taken a message for so long is gone, or asleep: it begins again when it comes back. Milliseconds. */
const stallMs = 60_000;

/**
 * Messages as the body of an answer: the next one is asked for when the reader has taken the last, so that a slow reader makes
 * nothing pile up. Messages that have never been asked for begin nothing. Ends after a minute in which the reader takes nothing.
 * @param messagesFor is given a signal that aborts when there is no reader any more, or the stream is to end
 */
export function messageStream(
	messagesFor: (signal: AbortSignal) => AsyncGenerator<string>,
	{ signal, onEnd }: MessageStreamOptions,
): ReadableStream<Uint8Array> {
	const own = new AbortController();
	const ended = AbortSignal.any([signal, own.signal]);
	let stalled: NodeJS.Timeout | undefined;
	const end = () => {
		clearTimeout(stalled);
		own.abort();
	};
	// A signal that is aborted already calls no listener.
	if (ended.aborted) onEnd();
	else ended.addEventListener("abort", onEnd, { once: true });
	const encoder = new TextEncoder();
	const messages = messagesFor(ended);
	return new ReadableStream(
		{
			async pull(controller) {
				clearTimeout(stalled);
				try {
					const { value, done } = await messages.next();
					if (!done && !ended.aborted) stalled = setTimeout(end, stallMs).unref();
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
