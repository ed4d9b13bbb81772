import { Counter, Gauge, Registry } from "prom-client";
import type { Database } from "#lib/catalog/database/database.ts";
import { changeActions } from "#lib/catalog/inputs.ts";
import { type MetricTotal, phaseBounds, readMetricTotals } from "#lib/catalog/metric-totals.ts";
import { type PublicationTotals, publicationTotals } from "#lib/catalog/publications/totals.ts";
import { runKinds, runStates } from "#lib/catalog/read-models/run-view.ts";
import { isState } from "#lib/catalog/runs/run-states.ts";
import type { TargetStanding } from "#lib/catalog/targets/target-lag.ts";
import { targetStandings } from "#lib/catalog/targets/target-standing.ts";
import { callBounds } from "#lib/telemetry/storage-meter.ts";
import { version } from "#lib/version.ts";
import { type Backups, readBackups } from "./backup-plan.ts";
import { HistogramOfTotals } from "./histogram-of-totals.ts";
import { type OpenWork, openWork, type StorageReach, storageReach } from "./open-work.ts";

const outcomes = ["succeeded", "partial", "failed", "cancelled", "superseded"];
const openStates = runStates.filter((state) => !isState(state, "over"));
const phases = ["scanning", "reading", "planning", "applying"];

/**
 * The metrics of all processes on this database, in Prometheus' format. Read from some hundred rows whatever the
 * size of the catalogue; the same in every process, so ask one. No label holds a name that a user chose.
 */
export async function catalogueMetrics(database: Pick<Database, "sql">): Promise<string> {
	const [totals, work, backups, storages, publications, targets] = await Promise.all([
		readMetricTotals(database),
		openWork(database),
		readBackups(database),
		storageReach(database),
		publicationTotals(database.sql),
		targetStandings(database),
	]);
	const registry = new Registry();
	gauge(registry, "eosync_info", "eosync's version", ["version"]).set({ version }, 1);
	addCounters(registry, totals);
	addGauges(registry, work);
	addBackups(registry, backups);
	addStorages(registry, storages);
	addPublications(registry, publications);
	addTargets(registry, targets);
	const of = (metric: MetricTotal["metric"]) => totals.filter((total) => total.metric === metric);
	registry.registerMetric(
		new HistogramOfTotals({
			name: "eosync_phase_duration_seconds",
			help: "Duration of the phases of runs",
			labelNames: ["phase"],
			bounds: phaseBounds,
			totals: of("phase"),
			known: phases,
		}),
	);
	registry.registerMetric(
		new HistogramOfTotals({
			name: "eosync_storage_call_duration_seconds",
			help: "Duration of calls to storages",
			labelNames: ["type", "operation"],
			bounds: callBounds,
			totals: of("storage"),
			known: [],
		}),
	);
	return registry.metrics();
}

function addCounters(registry: Registry, totals: readonly MetricTotal[]): void {
	const add = (name: string, help: string, labelNames: string[], metric: MetricTotal["metric"], known: string[]) => {
		const counter = new Counter({ name, help, labelNames, registers: [registry] });
		const labelsOf = (label: string) =>
			Object.fromEntries(labelNames.map((labelName, index) => [labelName, label.split("/")[index] ?? ""]));
		// Counters of events that have never happened are 0: otherwise a rate would miss the first one.
		for (const label of known) counter.inc(labelsOf(label), 0);
		for (const { label, value } of totals.filter((total) => total.metric === metric))
			counter.inc(labelsOf(label), value);
	};
	const runs = runKinds.flatMap((kind) => outcomes.map((outcome) => `${kind}/${outcome}`));
	add("eosync_runs_total", "Runs that are over, by how they ended", ["kind", "outcome"], "runs", runs);
	add("eosync_changes_total", "Changes that runs applied", ["action"], "changes", [...changeActions]);
	add("eosync_scanned_entries_total", "Files that finished scans saw", [], "entries", [""]);
	const errorLabels = ["type", "operation", "code"];
	add("eosync_storage_errors_total", "Calls to storages that failed", errorLabels, "storage-errors", []);
}

function addGauges(registry: Registry, work: OpenWork): void {
	const open = gauge(registry, "eosync_open_runs", "Runs that are not over", ["state"]);
	for (const state of openStates) open.set({ state }, 0);
	for (const { state, runs } of work.runsByState) open.set({ state }, runs);
	const simple: readonly (readonly [string, string, number])[] = [
		["eosync_queue_depth", "Runs that wait for a worker", work.queued],
		["eosync_queue_age_seconds", "Waiting time of the run that waits longest", work.queueAge],
		[
			"eosync_lease_age_seconds",
			"Age of the oldest lease of a run under way; over 30 the run is taken over",
			work.leaseAge,
		],
		["eosync_workers", "Running workers", work.workers],
		["eosync_worker_slots", "Runs that they can work on at once", work.slots],
		["eosync_worker_slots_busy", "Runs that they work on", work.busy],
		["eosync_database_size_bytes", "Size of the database", work.databaseSize],
	];
	for (const [name, help, value] of simple) gauge(registry, name, help).set(value);
	const containers = gauge(registry, "eosync_containers", "Containers", ["kind"]);
	const datasets = gauge(registry, "eosync_datasets", "Datasets, in each container that has them", ["kind"]);
	for (const { kind, ...counts } of work.containers) {
		containers.set({ kind }, counts.containers);
		datasets.set({ kind }, counts.datasets);
	}
}

/** Metrics of scheduled backups; those written by hand are not included. */
function addBackups(registry: Registry, { plan, state: { good, error } }: Backups): void {
	gauge(registry, "eosync_backup_scheduled", "Whether backups are scheduled").set(plan === null ? 0 : 1);
	gauge(registry, "eosync_backup_failed", "Whether the last scheduled backup failed").set(error ? 1 : 0);
	if (!good) return;
	const at = Date.parse(good.at) / 1000;
	gauge(registry, "eosync_backup_last_success_timestamp_seconds", "When the last good backup was begun").set(at);
	gauge(registry, "eosync_backup_last_size_bytes", "Size of the last good backup").set(good.bytes);
}

/** What the last probes found. The label is a storage's number, as `storages --json` has it: names are not for labels. */
function addStorages(registry: Registry, storages: readonly StorageReach[]): void {
	const labels = ["storage", "type"];
	const up = gauge(registry, "eosync_storage_up", "Whether the storage answers", labels);
	const latency = gauge(registry, "eosync_storage_latency_seconds", "How long its last answer to a probe took", labels);
	const paused = gauge(registry, "eosync_storage_paused", "Whether a person paused it", labels);
	for (const { id, type, down, milliseconds, isPaused } of storages) {
		const of = { storage: String(id), type };
		up.set(of, down ? 0 : 1);
		paused.set(of, isPaused ? 1 : 0);
		if (milliseconds !== null) latency.set(of, milliseconds / 1000);
	}
}

/** What is served to others, and how far that is behind the catalogue. */
function addPublications(registry: Registry, totals: PublicationTotals): void {
	const published = gauge(registry, "eosync_published_containers", "Containers by who may read them", ["access"]);
	for (const access of ["token", "public"] as const) published.set({ access }, totals[access]);
	const behind = "Datasets of published containers that are not compared with their items yet";
	gauge(registry, "eosync_published_items", "Datasets that published containers serve").set(totals.items);
	gauge(registry, "eosync_published_behind", behind).set(totals.behind);
	gauge(registry, "eosync_publications_failed", "Containers whose items cannot be compared").set(totals.failed);
	gauge(registry, "eosync_log_sequence", "The last number of the log of published items").set(totals.lastSeq);
	if (totals.lastChange === null) return;
	const at = Date.parse(totals.lastChange) / 1000;
	gauge(registry, "eosync_log_last_change_timestamp_seconds", "When something was logged last").set(at);
}

/** How far each target is behind. The label is its number, as `targets --json` has it. */
function addTargets(registry: Registry, targets: readonly TargetStanding[]): void {
	const ofTarget = (name: string, help: string) => gauge(registry, name, help, ["target"]);
	const lag = ofTarget("eosync_target_lag", "Changes of the catalogue that are not pushed to the target yet");
	const seconds = ofTarget("eosync_target_lag_seconds", "How long the first of them has waited");
	const failures = ofTarget("eosync_target_failures", "Attempts to push that failed since one did not");
	const paused = ofTarget("eosync_target_paused", "Whether a person paused it");
	const held = ofTarget("eosync_target_held", "Whether a push to it waits for approval");
	const pushed = ofTarget("eosync_target_last_push_timestamp_seconds", "When a push last came to its end");
	for (const target of targets) {
		const of = { target: String(target.id) };
		lag.set(of, target.lag.changes);
		seconds.set(of, target.lag.seconds);
		failures.set(of, target.failures);
		paused.set(of, target.pause === null ? 0 : 1);
		held.set(of, target.held === null ? 0 : 1);
		if (target.pushedAt !== null) pushed.set(of, Date.parse(target.pushedAt) / 1000);
	}
}

function gauge(registry: Registry, name: string, help: string, labelNames: string[] = []): Gauge {
	return new Gauge({ name, help, labelNames, registers: [registry] });
}
