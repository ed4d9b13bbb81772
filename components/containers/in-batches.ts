/**
 * Batches requests that are made one by one: those of the same moment travel together, at most `most` in one request.
 * @param ask gets the IDs of a batch; what its answer lacks is `undefined`
 */
export function batchRequests<T>(
	most: number,
	ask: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (id: string) => Promise<T | undefined> {
	type Batch = Map<string, PromiseWithResolvers<T | undefined>>;
	let open: Batch | null = null;

	function begin(): Batch {
		const batch: Batch = new Map();
		setTimeout(() => void send(batch), 0);
		return batch;
	}
	async function send(batch: Batch): Promise<void> {
		if (open === batch) open = null;
		try {
			const answers = await ask([...batch.keys()]);
			for (const [id, { resolve }] of batch) resolve(answers.get(id));
		} catch (error) {
			for (const { reject } of batch.values()) reject(error);
		}
	}
	return (id) => {
		open ??= begin();
		const batch = open;
		const asked = batch.get(id) ?? Promise.withResolvers<T | undefined>();
		batch.set(id, asked);
		if (batch.size === most) open = null;
		return asked.promise;
	};
}
