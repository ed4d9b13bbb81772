/**
 * The caches' names. What the event stream does to them: `apply-events.ts`.
 * `containers`: readonly ContainerView[] · `container`: ContainerDetail · `runs`: pages of RunView ·
 * `run`: RunView · `deletedContainers`: readonly DeletedContainer[] · `problems`: pages of ProblemView · `storages`: readonly StorageView[].
 * Lists that a run changes when it is over are read again then; `query` is whatever tells their variants apart.
 */
export const keys = {
	containers: ["containers"],
	/** Read again with the list of those that are there. */
	deletedContainers: ["containers", "deleted"],
	container: (id: string) => ["container", id],
	/** As of the container's last run. */
	history: (id: string, ...lastRun: readonly unknown[]) => ["history", id, ...lastRun],
	datasets: (id: string, ...query: readonly unknown[]) => ["datasets", id, ...query],
	rejections: (id: string, ...query: readonly unknown[]) => ["rejections", id, ...query],
	suspects: (id: string) => ["suspects", id],
	waiting: (id: string) => ["waiting", id],
	/** null: of all containers. */
	runs: (container: string | null, ...query: readonly unknown[]) => ["runs", container, ...query],
	run: (run: number) => ["run", run],
	problems: (run: number, ...query: readonly unknown[]) => ["problems", run, ...query],
	notes: (run: number) => ["notes", run],
	changes: (run: number, ...query: readonly unknown[]) => ["changes", run, ...query],
	folders: (run: number, ...query: readonly unknown[]) => ["folders", run, ...query],
	storages: ["storages"],
	audit: (...query: readonly unknown[]) => ["audit", ...query],
} as const;
