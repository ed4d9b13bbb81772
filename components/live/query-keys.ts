/**
 * The keys of the caches; `apply-events.ts` applies the event stream to them.
 * `containers`: readonly ContainerView[] · `container`: ContainerDetail · `runs`: pages of RunView ·
 * `run`: RunView · `openBatches`: readonly BatchView[] · `batch`: BatchView · `dataset`: DatasetDetail · `deletedContainers`: readonly DeletedContainer[] · `problems`: pages of ProblemView · `storages`: readonly
 * StorageView[] · `causes`: readonly CauseView[].
 * A list of a container or a run has that one's name before its own: when a run reaches another state, everything named after it or
 * its container is read again. `query` distinguishes the variants of a list.
 */
export const queryKeys = {
	containers: ["containers"],
	/** `HealthHistory`; a day is written every ten minutes. */
	healthHistory: ["health-history"],
	/** `PublicationTotals`: polled, as no event has them. */
	publications: ["publications"],
	/** `PublishedCheckView` and what it found: polled, as no event has it. */
	publishedCheck: (id: string, ...query: readonly unknown[]) => ["published-check", id, ...query],
	/** Read again with the list of those that are there. */
	deletedContainers: ["containers", "deleted"],
	container: (id: string) => ["container", id],
	/** As of the container's last run. */
	history: (id: string, ...lastRun: readonly unknown[]) => ["history", id, ...lastRun],
	datasets: (id: string, ...query: readonly unknown[]) => ["container", id, "datasets", ...query],
	/** Of all containers: read when it is asked for. */
	allDatasets: (...query: readonly unknown[]) => ["all-datasets", ...query],
	/** A single one, by its number: read again when any run has ended. */
	dataset: (dataset: number) => ["dataset", dataset],
	datasetLife: (dataset: number) => ["dataset", dataset, "life"],
	/** Of a version: it never changes. */
	quicklook: (version: number) => ["quicklook", version],
	/** Of all containers: read again when any run has ended, or files are ignored. */
	allRejections: (...query: readonly unknown[]) => ["rejections", ...query],
	rejections: (id: string, ...query: readonly unknown[]) => ["container", id, "rejections", ...query],
	drift: (id: string) => ["container", id, "drift"],
	suspects: (id: string) => ["container", id, "suspects"],
	exceptions: (id: string) => ["container", id, "exceptions"],
	waiting: (id: string) => ["container", id, "waiting"],
	/** null: of all containers. */
	runs: (container: string | null, ...query: readonly unknown[]) => ["runs", container, ...query],
	/** null: those of no batch. */
	runsOfBatch: (batch: number | null) => ["runs", null, null, { batch }],
	/** Of none of the lists: events know no counts. */
	runFacets: (container: string | null, ...query: readonly unknown[]) => ["run-facets", container, ...query],
	run: (run: number) => ["run", run],
	/** Those that are not over. */
	openBatches: ["batches", "open"],
	/** Which containers wait in those: polled, as no event has it. */
	waitingInBatches: (batches: readonly number[]) => ["batches", "waiting", ...batches],
	batches: ["batches", "list"],
	batch: (batch: number) => ["batch", batch],
	batchContainers: (batch: number, ...query: readonly unknown[]) => ["batch", batch, "containers", ...query],
	problems: (run: number, ...query: readonly unknown[]) => ["run", run, "problems", ...query],
	notes: (run: number) => ["run", run, "notes"],
	changes: (run: number, ...query: readonly unknown[]) => ["run", run, "changes", ...query],
	/** Of the user. */
	viewed: (run: number) => ["run", run, "viewed"],
	folders: (run: number, ...query: readonly unknown[]) => ["run", run, "folders", ...query],
	/** Of a plan that waits: it stays as it is. */
	changeNeeds: (run: number) => ["change-needs", run],
	heatOfRun: (run: number) => ["run", run, "heat"],
	heat: (id: string, last: string) => ["container", id, "heat", last],
	storages: ["storages"],
	/** Those that are paused or outside their hours. */
	closedStorages: ["storages", "closed"],
	/** readonly TargetView[]: read again when anything of a target changed. */
	targets: ["targets"],
	/** readonly TargetTrouble[] */
	targetTroubles: ["targets", "troubles"],
	/** How a container is in each of them. */
	containerTargets: (id: string) => ["targets", "container", id],
	/** What is shown of one target, by its name. */
	target: (name: string, ...query: readonly unknown[]) => ["target", name, ...query],
	/** What lies in a storage: polled, as no event has it. */
	coverage: (storage: string, ...query: readonly unknown[]) => ["coverage", storage, ...query],
	duplicates: (...query: readonly unknown[]) => ["duplicates", ...query],
	/** The user's own and the shared ones. */
	views: ["views"],
	causes: ["causes"],
	causeCount: ["causes", "count"],
	audit: (...query: readonly unknown[]) => ["audit", ...query],
} as const;
